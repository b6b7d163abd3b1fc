import { fill, h } from "./elements.js";
import { keyed, put, set } from "./panel_parts.js";

/**
 * The whole workshop at a glance: its parts with what is decided and the time they
 * took, and a way to any question. What is looked for is nobody else's business, so
 * it never leaves the page.
 */

const NUMBERS = ["decided", "contested", "open", "planned", "spent", "left"];
const WHICH = {
  any: () => true,
  decided: ({ standing }) => ["decided", "dissent"].includes(standing),
  contested: ({ standing }) => standing === "contested",
  open: ({ standing }) => ["open", "later"].includes(standing),
};

/** Letters without case and accents, so that "cafe" finds "Café". */
const bare = (words) =>
  words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

export class Agenda {
  /** `panel` makes its buttons and fields; `turn(aspect, ballot)` goes somewhere. */
  constructor(panel, turn) {
    Object.assign(this, { words: panel.words, turn, view: null });
    const { words } = this;
    this.brief = h("span", { class: "wk-brief" });
    this.time = h("p", {});
    this.search = h("input", {
      type: "search", class: "wk-input", autocomplete: "off", maxlength: 200,
      input: () => this.find(),
    });
    this.which = h("select", { class: "wk-input", change: () => this.find() },
      ...Object.keys(WHICH).map((name) => h("option", { value: name }, words[`which_${name}`])));
    this.said = h("p", { class: "wk-hint", role: "status" });
    const list = h("ul", { class: "wk-questions" });
    this.list = keyed(list, (item) => this.question(item));
    const body = h("tbody", { role: "rowgroup" });
    this.rows = keyed(body, (step) => this.step(step));
    const head = ["part", ...NUMBERS].map((name) => h("th", {
      scope: "col", role: "columnheader",
    }, words[`agenda_${name}`]));
    const title = h("h3", { class: "wk-heading", tabindex: "-1" }, words.agenda);
    this.el = h("details", { class: "wk-card wk-part wk-agenda" },
      h("summary", {}, title, this.brief),
      this.time,
      h("div", { class: "wk-seek" },
        panel.field(words.search, this.search), panel.field(words.which, this.which)),
      this.said, list,
      h("table", { class: "wk-list wk-steps-list", role: "table" },
        h("caption", { class: "wk-sr" }, words.agenda_caption),
        h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...head)), body));
  }

  step({ id }) {
    const { words } = this;
    const label = h("span", { class: "wk-step-label" });
    const bar = h("span", { class: "wk-part-done" });
    const go = h("button", {
      type: "button", class: "wk-question", click: () => this.turn(id, ""),
    }, label);
    const cells = NUMBERS.map((name) => h("td", {
      role: "cell", "data-label": words[`agenda_${name}`],
    }));
    const el = h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader" }, go,
        h("span", { class: "wk-progress", "aria-hidden": "true" }, bar)),
      ...cells);
    return {
      el,
      update: (step) => {
        put(label, step.label);
        bar.style.width = `${step.part}%`;
        NUMBERS.forEach((name, place) => {
          const of = name === "decided" ? fill(words.of_all, { n: step.decided, of: step.of })
            : step[name];
          put(cells[place], of);
        });
        cells[1].classList.toggle("wk-some", step.contested !== "0");
        if (step.here) set(go, "aria-current", "step");
        else go.removeAttribute("aria-current");
      },
    };
  }

  question({ id, aspect }) {
    const label = h("span", { class: "wk-q-label" });
    const badge = h("span", { class: "wk-badge" });
    return {
      el: h("li", {}, h("button", {
        type: "button", class: "wk-question", click: () => this.turn(aspect, id),
      }, label, badge)),
      update: (now) => {
        put(label, now.label);
        put(badge, `${now.step} · ${now.words}`);
        set(badge, "data-standing", now.standing);
      },
    };
  }

  find() {
    const sought = bare(this.search.value);
    const looking = sought || this.which.value !== "any";
    const found = !looking ? [] : this.view.questions.filter((one) =>
      WHICH[this.which.value](one) && bare(`${one.label} ${one.step}`).includes(sought));
    this.list(found);
    put(this.said, !looking ? "" : fill(this.words.found, { n: found.length }));
  }

  show(view) {
    this.view = view;
    put(this.brief, view.brief);
    put(this.time, view.time);
    this.rows(view.steps);
    this.find();
  }
}
