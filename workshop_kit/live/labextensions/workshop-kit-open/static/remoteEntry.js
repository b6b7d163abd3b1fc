/**
 * Runs a notebook of the workshop when it is opened, and again when its kernel was
 * restarted, so that nobody has to; keeps the code out of sight and its cells whole.
 *
 * Only one whose every cell is a call to the workshop's desk, with names of parts at
 * most: what else somebody may have put into a notebook is not run before they say so.
 */
(() => {
  "use strict";

  const OPENS = String.raw`from workshop_kit\.live\.desk import Desk\n\nworkshop = Desk\.here\(\)\n`;
  const FOLLOWS = ["setup", "invite", "lead", "form", "decide", "adopt", "guide"];
  // These show how it stands at a moment, and get a button to show it anew.
  const MOMENT = ["plan", "tally", "status", "files", "audiences", "figures", "comments",
    "targets", "feasibility", "findings", "accept", "sign_off", "standing", "review",
    "changes", "preview", "export"];
  // These may be told which parts; all others are told nothing, so no file or folder.
  const OF_PARTS = ["lead", "guide", "form", "tally", "decide"];
  const PART = String.raw`"[a-z][a-z0-9_]*"`;
  const PARTS = String.raw`(?:${OF_PARTS.join("|")})\(${PART}(?:, ${PART})*\)`;
  const PLAIN = String.raw`(?:${[...FOLLOWS, ...MOMENT].join("|")})\(\)`;
  const CALL = String.raw`workshop\.(?:${PARTS}|${PLAIN})`;
  const FIRST = new RegExp(`^${OPENS}${CALL}\\s*$`);
  const OTHER = new RegExp(`^(?:${CALL})?\\s*$`);

  // Not "workshop-kit", by which documents are styled, as they are in the outputs.
  const MARK = "workshop-kit-notebook";

  // Who wants to read the code unfolds it: View, Expand All Code.
  const STYLE = `
.workshop-kit-notebook .jp-CodeCell .jp-Cell-inputWrapper:has(.jp-InputPlaceholder) { display: none; }
.workshop-kit-notebook .jp-OutputArea-prompt { visibility: hidden; }
.workshop-kit-notebook .jp-Cell-outputWrapper:has(> .workshop-kit-again) {
  position: relative; padding-top: 3.25rem;
}
.workshop-kit-again {
  position: absolute; top: 0; right: 0; min-height: 2.75rem; padding: 0.375rem 1rem;
  color: #14505c; background: #fff; border: 1px solid #807a70; border-radius: 6px;
  font: 1rem/1.4 sans-serif; cursor: pointer;
}
.workshop-kit-again:focus-visible { outline: 3px solid #14505c; outline-offset: 2px; }
.workshop-kit-wait {
  position: absolute; z-index: 9; right: 1rem; bottom: 1rem; margin: 0; padding: 0.75rem 1rem;
  color: #fff; background: #14505c; border-radius: 8px; font: 600 1rem/1.4 sans-serif;
}
`;

  function isOurs(notebook) {
    const code = notebook.widgets
      .filter(({ model }) => model.type === "code")
      .map(({ model }) => model.sharedModel.source);
    return code.length > 0 && FIRST.test(code[0]) && code.slice(1).every((one) => OTHER.test(one));
  }

  /** Says that it is on its way. */
  function wait(panel) {
    const said = document.createElement("p");
    said.className = "workshop-kit-wait";
    said.setAttribute("role", "status");
    said.append(...say("wait", " "));
    panel.node.append(said);
    return () => said.remove();
  }

  /** A letter hit by accident cuts, splits or retypes no cell; menus still do. */
  function guard(event) {
    const command = event.ctrlKey || event.metaKey || event.altKey;
    if (!command && event.key?.length === 1) event.stopPropagation();
  }

  /** Gives each cell that shows a moment a button to show it anew. */
  function offer(panel) {
    for (const cell of panel.content.widgets) {
      const source = cell.model.type === "code" && cell.model.sharedModel.source;
      const place = source && cell.node.querySelector(".jp-Cell-outputWrapper");
      const moment = source && MOMENT.some((name) => source.includes(`workshop.${name}(`));
      if (!place || !moment || place.querySelector(".workshop-kit-again")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "workshop-kit-again";
      button.append("↻ ", ...say("again", " · "));
      button.addEventListener("keydown", (event) => event.stopPropagation());
      button.addEventListener("click", () => again(panel, cell));
      place.append(button);
    }
  }

  async function again(panel, cell) {
    const done = wait(panel);
    try {
      await (await actions()).runCells(panel.content, [cell], panel.sessionContext);
    } finally {
      done();
    }
  }

  /** The words that our part of Jupyter's server gave the page, by language. */
  function catalogue() {
    const page = document.getElementById("jupyter-config-data")?.textContent;
    const { workshopKit } = JSON.parse(page || "{}");
    return Object.entries(JSON.parse(workshopKit || "{}").words ?? {});
  }

  /** Says it in the languages of the notebooks, each marked as its own. */
  function say(name, between) {
    return catalogue().flatMap(([lang, words], at) => {
      const part = document.createElement("span");
      part.lang = lang;
      part.textContent = words[name];
      return at ? [between, part] : [part];
    });
  }

  /** JupyterLab's own deeds with notebooks, as it shares them with extensions. */
  let shared = {};
  async function actions() {
    const [version] = Object.values(shared["@jupyterlab/notebook"]);
    return (await version.get())().NotebookActions;
  }

  async function run(panel) {
    const { content: notebook, context, sessionContext } = panel;
    await Promise.all([context.ready, sessionContext.ready]);
    if (!isOurs(notebook)) return;
    if (!notebook.node.classList.contains(MARK)) {
      notebook.node.classList.add(MARK);
      notebook.node.addEventListener("keydown", guard);
    }
    const done = wait(panel);
    try {
      await sessionContext.session?.kernel?.info;
      await (await actions()).runAll(notebook, sessionContext);
    } finally {
      done();
    }
    offer(panel);
    // All of it was selected and the end scrolled to; begin at the beginning.
    notebook.deselectAll();
    notebook.activeCellIndex = 0;
    await notebook.scrollToItem?.(0);
  }

  /** What a restart of the kernel took from the page comes back by itself. */
  function watch(panel) {
    let restarted = false;
    panel.sessionContext.statusChanged.connect((_, status) => {
      if (["restarting", "autorestarting"].includes(status)) restarted = true;
      else if (restarted && status === "idle") {
        restarted = false;
        run(panel).catch((error) => console.error(error));
      }
    });
  }

  const plugin = {
    id: "workshop-kit-open:plugin",
    description: "Runs the notebooks of workshop_kit when they are opened.",
    autoStart: true,
    activate(app) {
      const begun = new WeakSet();
      const style = document.createElement("style");
      style.textContent = STYLE;
      document.head.append(style);
      const look = () => {
        const panel = app.shell.currentWidget;
        if (!panel?.sessionContext || !panel.content?.widgets || begun.has(panel)) return;
        begun.add(panel);
        watch(panel);
        run(panel).catch((error) => console.error(error));
      };
      app.restored.then(() => {
        app.shell.currentChanged.connect(look);
        look();
      });
    },
  };

  const module = { __esModule: true, default: plugin };
  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB["workshop-kit-open"] = {
    init: (scope) => void (shared = scope),
    get: async () => () => module,
  };
})();
