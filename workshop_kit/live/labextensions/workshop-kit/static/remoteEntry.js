// The cards of JupyterLab's launcher, as one of the modules that JupyterLab joins at run
// time. Written by hand in the form that such a module has, so that nothing is built.
(() => {
  "use strict";

  const NAME = "workshop-kit";
  const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
    <rect width="32" height="32" rx="7" fill="#14505c"/>
    <path d="M8 9h16v11H16l-5 4v-4H8z" fill="#fff"/></svg>`;
  let scope = {};

  // JupyterLab's own modules, of which there may be only one in a page.
  async function shared(name) {
    const versions = Object.values(scope[name] ?? {});
    const one = versions.find((version) => version.loaded) ?? versions[0];
    return one && (await one.get())();
  }

  function words(lab, code) {
    const { lang, words } = JSON.parse(lab.PageConfig.getOption("workshopKit") || "{}");
    if (!words) return null;
    const spoken = code?.toLowerCase().startsWith("nl") ? "nl" : lang;
    return { lang: words[spoken] ? spoken : "en", ...(words[spoken] ?? words.en) };
  }

  async function ask(lab, lang, path, body) {
    const settings = lab.ServerConnection.makeSettings();
    const url = lab.URLExt.join(settings.baseUrl, NAME, path);
    const said = body
      ? { method: "POST", body: JSON.stringify({ lang, ...body }) }
      : { method: "GET" };
    const reply = await lab.ServerConnection.makeRequest(
      body ? url : `${url}?lang=${lang}`, said, settings,
    );
    const content = await reply.json();
    if (!reply.ok) throw new Error(content.message);
    return content;
  }

  // The dialogs give the answer, or nothing if somebody thought better of it.
  async function choose(lab, w, title, items, okLabel) {
    const { button, value } = await lab.InputDialog.getItem({
      title, items, okLabel, cancelLabel: w.cancel,
    });
    return button.accept ? value : null;
  }

  async function makeNew(app, lab, w, folder) {
    const { kits } = await ask(lab, w.lang, "workshops");
    const { button, value } = await lab.InputDialog.getText({
      title: w.new, label: w.name, okLabel: w.make, cancelLabel: w.cancel,
    });
    if (!button.accept) return;
    const title = await choose(lab, w, w.kit, Object.values(kits), w.make);
    const kit = Object.keys(kits).find((name) => kits[name] === title);
    if (!kit) return;
    const made = await ask(lab, w.lang, "new", { folder, kit, name: value ?? "" });
    await show(app, made);
  }

  async function openOne(app, lab, w) {
    const { workshops } = await ask(lab, w.lang, "workshops");
    if (!workshops.length) throw new Error(w.none);
    const path = await choose(lab, w, w.which, workshops, w.go);
    if (path) await show(app, await ask(lab, w.lang, "open", { path }));
  }

  function show(app, { notebook }) {
    return app.commands.execute("docmanager:open", { path: notebook });
  }

  async function plugin() {
    const named = ["launcher", "apputils", "translation", "coreutils", "services",
      "ui-components"];
    const modules = await Promise.all(
      named.map((name) => shared(`@jupyterlab/${name}`)),
    );
    // What is not there, as in an application without a launcher, is done without.
    const lab = Object.assign({}, ...modules);
    const optional = [lab.ILauncher, lab.ICommandPalette, lab.ITranslator];
    return {
      id: `${NAME}:launcher`,
      description: "Cards in the launcher for policy workshops.",
      autoStart: true,
      optional: optional.filter(Boolean),
      activate(app, ...given) {
        const [launcher, palette, translator] = optional.map(
          (token) => (token ? given.shift() : null),
        );
        const w = words(lab, translator?.languageCode);
        if (!w) return;
        const icon = new lab.LabIcon({ name: `${NAME}:workshop`, svgstr: ICON });
        const cards = { new: makeNew, open: openOne };
        for (const [rank, [card, act]] of Object.entries(cards).entries()) {
          const command = `${NAME}:${card}`;
          app.commands.addCommand(command, {
            label: w[card],
            caption: w[`${card}_hint`],
            icon,
            async execute({ cwd }) {
              try {
                await act(app, lab, w, cwd ?? "");
              } catch (error) {
                await lab.showErrorMessage(w.failed, error.message);
              }
            },
          });
          launcher?.add({ command, category: w.category, rank });
          palette?.addItem({ command, category: w.category });
        }
      },
    };
  }

  const containers = (globalThis._JUPYTERLAB ??= {});
  containers[NAME] = {
    init(given) {
      scope = given;
    },
    async get() {
      const made = await plugin();
      return () => ({ __esModule: true, default: made });
    },
  };
})();
