import { drawResult } from "./draw.js";
import { Agenda } from "./panel_agenda.js";
import { fill, guardKeys, h, newId, same } from "./elements.js";
import { follows, keyed, options, put, set } from "./panel_parts.js";
import { Post } from "./panel_post.js";

/**
 * The facilitator's panel: shows `view` as it comes and sends what is pressed.
 *
 * Nothing is ever rebuilt around the place where somebody is at work: elements are
 * made once, or once per id in a list, and brought up to date where they stand.
 * Words from people only ever become text, never markup.
 */

// ------------------------------------------------------------------ the panel

class Panel {
  constructor({ model }) {
    const { lang, words, aspects } = model.get("spec");
    Object.assign(this, { model, words, aspects, view: {} });
    this.live = h("p", { class: "wk-sr", role: "status" });
    this.alarm = h("p", { class: "wk-sr", role: "alert" });
    this.trouble = h("p", { class: "wk-trouble", hidden: true });
    this.agenda = new Agenda(this, (aspect, ballot) => this.jump(aspect, ballot));
    this.parts = aspects.length
      ? [this.joining(), this.trouble, this.agenda.el, h("div", { class: "wk-stage" },
        h("div", { class: "wk-main" }, this.asking(), this.ideas(), this.proposal()),
        h("div", { class: "wk-side" },
          this.choosing(), this.timer(), this.people(), this.parked()))]
      : [this.joining(), this.trouble, this.people()];
    this.root = h("div", {
      class: "wk-form wk-panel", lang, role: "region", "aria-label": words.panel,
    }, this.elsewhere(), ...this.parts, this.deed(), this.live, this.alarm);
    this.post = new Post(model, {
      heard: (receipt, order) => this.answer(receipt, order),
      late: (late) => this.wait(late),
    });
    this.root.addEventListener("keydown", guardKeys);
    this.listen = () => this.show();
    model.on("change:view", this.listen);
    this.ticking = setInterval(() => this.tick(), 500);
    this.show();
    this.post.put("look"); // what a page that was loaded again has may be old
  }

  close() {
    this.model.off("change:view", this.listen);
    clearInterval(this.ticking);
    this.post.close();
    this.root.remove();
  }

  // ------------------------------------------------------- what parts are made of

  section(name, title, ...children) {
    const heading = h("h3", { class: "wk-heading", id: newId(), tabindex: "-1" }, title);
    return h("section", { class: `wk-card wk-part wk-${name}`, "aria-labelledby": heading.id },
      heading, ...children);
  }

  button(label, press, more = {}) {
    const { primary, ...props } = more;
    return h("button", {
      type: "button", class: `wk-button${primary ? " wk-now" : ""}`, click: press, ...props,
    }, label);
  }

  field(label, input, ...more) {
    input.id = newId();
    return h("div", { class: "wk-line" },
      h("label", { class: "wk-small", for: input.id }, label),
      h("div", { class: "wk-with" }, input, ...more));
  }

  /** A button that asks once more, in its own place, before it does what is for good. */
  twice(label, warning, press) {
    const words = this.words;
    const warned = h("p", { class: "wk-warning", id: newId() }, warning);
    const no = () => {
      ask.hidden = true;
      first.hidden = false;
      first.focus();
    };
    const yes = this.button(words.sure, () => {
      no();
      press();
    }, { "aria-describedby": warned.id });
    const ask = h("div", { class: "wk-ask", hidden: true },
      warned, h("div", { class: "wk-row" }, yes, this.button(words.leave, no)));
    const first = this.button(label, () => {
      ask.hidden = false;
      first.hidden = true;
      yes.focus();
    });
    return h("div", { class: "wk-twice" }, first, ask);
  }

  /** What is left of a panel when a newer one leads: words, and a way back. */
  elsewhere() {
    const said = h("p", { class: "wk-figure", tabindex: "-1" });
    const el = h("section", { class: "wk-card wk-part wk-elsewhere", hidden: true }, said,
      h("div", { class: "wk-row" },
        this.button(this.words.resume, () => this.post.put("resume"), { primary: true })));
    this.away = { el, said };
    return el;
  }

  showElsewhere(moved) {
    const { el, said } = this.away;
    if (el.hidden !== Boolean(moved)) return;
    put(said, moved);
    el.hidden = !moved;
    for (const part of this.parts) part.hidden = Boolean(moved);
    if (moved) this.done.el.hidden = true;
    this.alarm.textContent = moved;
  }

  // ------------------------------------------------------------------- letting in

  joining() {
    const { words } = this;
    const $ = (this.join = {
      state: h("p", { class: "wk-hint" }),
      start: this.button(words.start, () => this.post.put("start"), { primary: true }),
      code: h("p", { class: "wk-code", translate: "no" }),
      until: h("p", { class: "wk-hint" }),
      address: h("p", { class: "wk-address", translate: "no" }),
      qr: h("img", { class: "wk-qr", width: 240, height: 240 }),
      wall: h("a", { class: "wk-link", target: "_blank", rel: "noopener" }, words.wall),
      select: h("select", { class: "wk-input", change: () => {
        this.post.put("address", { address: $.select.value });
      } }),
    });
    $.addresses = options($.select);
    $.network = this.field(words.network, $.select);
    $.ways = h("div", { class: "wk-ways" },
      $.qr,
      h("div", { class: "wk-typed" },
        h("p", { class: "wk-small" }, words.scan), $.address,
        h("p", { class: "wk-small" }, words.then_code), $.code, $.until));
    $.more = h("div", { class: "wk-row wk-more" }, $.wall,
      this.twice(words.new_code, words.new_code_sure, () => this.post.put("invite")),
      $.network);
    $.short = h("span", { class: "wk-brief" });
    const title = h("h3", { class: "wk-heading", tabindex: "-1" }, words.join);
    $.el = h("details", { class: "wk-card wk-part wk-joining" },
      h("summary", {}, title, $.short),
      h("div", { class: "wk-start" }, $.state, $.start), $.ways, $.more);
    return $.el;
  }

  showJoin(join) {
    const { words, join: $ } = this;
    const off = join.running === false || !join.ready;
    put($.state, off ? words.not_running : "");
    $.start.hidden = !off;
    $.ways.hidden = $.more.hidden = !join.ready || off;
    put($.short, off ? words.not_running : `${join.address} · ${join.code}`);
    if (!join.ready) return;
    put($.address, join.address);
    put($.code, join.code);
    put($.until, join.expired ? words.expired : fill(words.valid, { time: join.until }));
    set($.qr, "src", join.qr);
    set($.qr, "alt", fill(words.qr, { address: join.address }));
    set($.wall, "href", join.wall);
    $.addresses(join.addresses, join.picked);
    $.network.hidden = join.addresses.length < 2;
  }

  // ------------------------------------------------------------------ who is here

  people() {
    const { words } = this;
    const body = h("tbody");
    const $ = (this.who = {
      said: h("span", { class: "wk-figure" }),
      rows: keyed(body, (role) => {
        const n = h("td");
        return { el: h("tr", {}, h("th", { scope: "row" }, role.label), n),
          update: (now) => put(n, now.n) };
      }),
      table: h("table", { class: "wk-list" },
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.role),
          h("th", { scope: "col" }, words.role_n))), body),
      list: h("ul", { class: "wk-plain" }),
    });
    $.lines = keyed($.list, (line) => ({
      el: h("li", {}, h("span", { class: "wk-hint" }, `${line.at} `), line.words),
    }));
    $.notices = h("div", {}, h("h4", { class: "wk-small" }, words.notices), $.list);
    const title = h("h3", { class: "wk-heading", tabindex: "-1" }, words.here);
    // The figure is what one looks for; who it is folds away where a question is led.
    return h("details", {
      class: "wk-card wk-part wk-people", ...(this.aspects.length ? {} : { open: "" }),
    }, h("summary", {}, title, $.said), $.table, $.notices);
  }

  showPeople({ here, notices }) {
    put(this.who.said, here.joined ? here.said : this.words.nobody);
    this.who.rows(here.roles);
    this.who.table.hidden = !here.roles.length;
    this.who.lines(notices);
    this.who.notices.hidden = !notices.length;
  }

  // ----------------------------------------------------------------------- asking

  /** Turns to a part or a question, and goes there too once it is in front. */
  jump(aspect, ballot) {
    this.heading = ballot ? this.ask.asked : this.ask.list.closest(".wk-part");
    this.post.put("focus", { aspect, ballot });
  }

  arrive() {
    const at = this.heading?.querySelector(".wk-heading") ?? this.heading;
    this.heading = null;
    if (!at || !this.reachable(at)) return;
    at.focus({ preventScroll: true });
    at.scrollIntoView({ block: "start" });
  }

  /** Goes to the decision, which is a form of its own below the question. */
  settle() {
    const desk = this.root.closest(".wk-desk");
    const card = desk?.querySelector(".wk-form:not(.wk-panel) [data-group]");
    card?.focus({ preventScroll: true });
    card?.scrollIntoView({ block: "nearest" });
  }

  asking() {
    const { words } = this;
    const list = h("ol", { class: "wk-questions" });
    const turn = (ballot) => this.post.put("focus", { aspect: this.view.aspect, ballot });
    const next = () => this.jump(this.view.next_aspect, this.view.next);
    const $ = (this.ask = {
      select: h("select", { class: "wk-input", change: () => {
        this.post.put("focus", { aspect: $.select.value });
      } }),
      list,
      all: this.button(words.open_all, () => {
        this.heading = this.ask.asked;
        this.post.put("open_all", { aspect: this.view.aspect });
      }),
      begin: this.button(words.begin, next, { primary: true }),
      about: h("p", { class: "wk-hint" }),
      asked: h("h3", { class: "wk-asked", tabindex: "-1", id: newId() }),
      badge: h("span", { class: "wk-badge" }),
      hint: h("p", { class: "wk-hint" }),
      proposal: h("p", { class: "wk-quote" }),
      kinds: h("fieldset", { class: "wk-kinds" }, h("legend", { class: "wk-small" }, words.how)),
      script: h("p", {}),
      secret: h("p", { class: "wk-hint" }),
      said: h("p", { class: "wk-figure" }),
      part: h("span", { class: "wk-part-done" }),
      result: h("div", { class: "wk-shown" }),
      decision: h("div", { class: "wk-made" }),
    });
    $.aspects = options($.select);
    $.questions = keyed(list, (item) => this.question(item, turn));
    $.kindRows = h("div", { class: "wk-row wk-pills" });
    $.kinds.append($.kindRows);
    const radios = newId();
    $.showKinds = keyed($.kindRows, (item) => {
      const input = h("input", { type: "radio", name: radios, id: newId(),
        change: () => turn(item.id) });
      const words_ = h("span");
      const phase = h("span", { class: "wk-pill-phase" });
      return {
        el: h("div", { class: "wk-pill" }, input, h("label", { for: input.id }, words_, phase)),
        update: (now) => {
          put(words_, now.label);
          put(phase, now.phase_words && ` · ${now.phase_words}`);
          const chosen = now.id === this.view.focus?.ballot;
          if (input.checked !== chosen) input.checked = chosen;
        },
      };
    });
    $.progress = h("div", { class: "wk-progress", "aria-hidden": "true" }, $.part);
    $.scripted = h("div", { class: "wk-script" },
      h("p", { class: "wk-small" }, words.script), $.script);
    $.steps = this.steps(next);
    $.focus = h("div", { class: "wk-focus", role: "group", "aria-labelledby": $.asked.id },
      $.about,
      h("div", { class: "wk-top" }, $.asked, $.badge),
      $.hint, $.proposal, $.kinds, $.scripted,
      h("div", { class: "wk-tally" }, $.said, $.progress, $.secret),
      $.steps.el, $.result, this.voices(), $.decision);
    const decided = (this.decided = {
      at: h("p", { class: "wk-small" }), words: h("p", {}), reason: h("p", { class: "wk-hint" }),
    });
    $.decision.append(decided.at, decided.words, decided.reason,
      this.button(words.take_back, () => {
        const { question, decision } = this.view.focus;
        this.post.put("take_back", { question, seen: decision.seen });
      }));
    return this.section("asking", words.now, $.begin, $.focus);
  }

  choosing() {
    const { ask: $, words } = this;
    return this.section("choosing", words.questions,
      this.field(words.aspect, $.select), $.list, h("div", { class: "wk-row" }, $.all));
  }

  question(item, turn) {
    const label = h("span", { class: "wk-q-label" });
    const phase = h("span", { class: "wk-badge" });
    const el = h("li", {},
      h("button", { type: "button", class: "wk-question", click: () => turn(item.id) },
        label, phase));
    return {
      el,
      update: (now) => {
        put(label, now.label);
        put(phase, now.phase_words);
        set(phase, "data-phase", now.phase);
        const button = el.firstChild;
        if (now.here) set(button, "aria-current", "true");
        else button.removeAttribute("aria-current");
      },
    };
  }

  steps(next) {
    const { words } = this;
    const send = (name) => () => {
      const { ballot, seen } = this.view.focus;
      this.post.put(name, { ballot, seen });
    };
    const made = {
      open: this.button(words.open, send("open")),
      close: this.button(words.close, send("close")),
      reveal: this.button(words.reveal, send("reveal")),
      settle: this.button(words.settle, send("settle")),
      next: this.button(words.next, next),
      next_round: this.button(words.next_round, send("next_round")),
      reopen: this.button(words.reopen, send("open")),
      anonymous: this.twice(words.anonymous, words.anonymous_sure, send("anonymous")),
    };
    return {
      el: h("div", { class: "wk-row wk-steps" }, ...Object.values(made)),
      update: (names) => {
        for (const [name, el] of Object.entries(made)) {
          el.hidden = !names.includes(name) || (name === "next" && !this.view.next);
          el.classList.toggle("wk-now", name === names[0]);
        }
      },
    };
  }

  voices() {
    const { words } = this;
    const $ = (this.voice = {
      body: h("tbody"), head: h("tr"), cells: h("tbody"),
      hidden: h("p", { class: "wk-hint" }),
    });
    $.rows = keyed($.body, (row) => ({
      el: h("tr", {}, h("th", { scope: "row" }, row.who), h("td", {}, row.role),
        h("td", {}, row.words, row.why ? h("p", { class: "wk-hint" }, row.why) : "")),
    }));
    $.names = h("details", { class: "wk-fold" }, h("summary", {}, words.who_said),
      h("div", { class: "wk-scroll" }, h("table", { class: "wk-list" },
        h("thead", {}, h("tr", {}, ...[words.who, words.role, words.answer].map(
          (name) => h("th", { scope: "col" }, name)))), $.body)));
    $.roles = h("details", { class: "wk-fold" }, h("summary", {}, words.by_role),
      h("div", { class: "wk-scroll" },
        h("table", { class: "wk-list" }, h("thead", {}, $.head), $.cells)), $.hidden);
    return h("div", {}, $.roles, $.names);
  }

  showAsking(view) {
    const { ask: $, words } = this;
    const { focus } = view;
    this.done.next.hidden = !focus?.decision || !view.next;
    $.aspects(this.aspects, view.aspect);
    // Where the agenda is shown, it is the way to another part.
    $.select.closest(".wk-line").hidden = this.aspects.length < 2 || Boolean(view.agenda);
    $.questions(view.questions);
    $.begin.hidden = Boolean(focus) || !view.next;
    $.all.hidden = !view.waiting;
    $.focus.hidden = !focus;
    if (!focus) return;
    put($.about, focus.about);
    const round = focus.round > 1 ? ` · ${fill(words.round, { n: focus.round })}` : "";
    put($.asked, focus.label + round);
    put($.badge, focus.phase_words);
    set($.badge, "data-phase", focus.phase);
    const voted = ["consent", "fist"].includes(focus.kind);
    put($.hint, voted ? "" : focus.hint);
    put($.proposal, voted ? focus.hint : "");
    $.kinds.hidden = focus.kinds.length < 2;
    $.showKinds(focus.kinds);
    put($.script, focus.script);
    $.scripted.hidden = !focus.script;
    put($.said, ["waiting", "revealed"].includes(focus.phase) ? "" : focus.said);
    $.progress.hidden = focus.phase === "waiting" || focus.phase === "revealed";
    $.part.style.width = `${focus.part}%`;
    const blind = focus.blind ? words.is_blind : words.is_open;
    put($.secret, focus.anonymous ? words.is_anonymous
      : focus.phase === "revealed" ? "" : blind);
    $.steps.update(focus.steps);
    this.showResult(focus);
    const made = focus.decision;
    $.decision.hidden = !made;
    const { done } = this;
    const now = { question: focus.question, seen: made?.seen };
    const just = done.decided?.question === now.question && made && made.seen !== done.decided.seen;
    done.decided = now;
    if (!made) return;
    if (just) this.tell(fill(words.decided, { time: made.at }));
    put(this.decided.at, fill(words.decided, { time: made.at }));
    put(this.decided.words, made.words);
    put(this.decided.reason, made.reason && `${words.reason}: ${made.reason}`);
  }

  showResult({ result, names, roles }) {
    const { ask, voice: $ } = this;
    if (!same(result, this.drawn)) {
      this.drawn = result;
      ask.result.replaceChildren(...(result ? [drawResult(result, this.words)] : []));
    }
    $.names.hidden = !names.length;
    $.rows(names.map((row, place) => ({ id: `${place}${JSON.stringify(row)}`, ...row })));
    $.roles.hidden = !roles;
    if (!roles || same(roles, this.split)) return;
    this.split = roles;
    $.head.replaceChildren(...[this.words.choice, ...roles.head].map(
      (name) => h("th", { scope: "col" }, name)));
    $.cells.replaceChildren(...roles.rows.map(({ label, cells }) => h("tr", {},
      h("th", { scope: "row" }, label), ...cells.map((cell) => h("td", {}, cell)))));
    put($.hidden, [roles.note, roles.hidden].filter(Boolean).join(" "));
  }

  // -------------------------------------------------------------- ideas, proposals

  ideas() {
    const { words } = this;
    const list = h("ul", { class: "wk-plain wk-ideas" });
    const clusters = h("datalist", { id: newId() });
    this.thought = { clusters, list: keyed(list, (idea) => this.idea(idea, clusters.id)) };
    this.thought.el = this.section("thoughts", words.ideas, list, clusters);
    return this.thought.el;
  }

  idea({ id, text }, clusters) {
    const { words } = this;
    const named = (what) => ({ "aria-label": fill(words.of_idea, { what, idea: text }) });
    const state = h("span", { class: "wk-badge" });
    const select = h("select", { class: "wk-input", ...named(words.merge), change: () => {
      this.post.put("merge", { idea: id, into: select.value });
    } });
    const choices = options(select);
    const name = h("input", {
      type: "text", class: "wk-input", list: clusters, maxlength: 200, autocomplete: "off",
      ...named(words.cluster),
    });
    const cluster = follows(name);
    const set_ = () => this.post.put("cluster", { idea: id, name: name.value });
    name.addEventListener("keydown", (event) => event.key === "Enter" && set_());
    let hidden = false;
    const hide = this.button(words.hide, () => {
      this.post.put("hide", { idea: id, hidden: !hidden });
    });
    const promote = this.button(words.promote, () => {
      this.post.put("promote", { question: this.view.focus.question, label: text });
    }, named(words.promote));
    const el = h("li", { class: "wk-idea" },
      h("p", { class: "wk-idea-text" }, text, " ", state),
      h("details", { class: "wk-fold" }, h("summary", named(words.edit), words.edit),
        h("div", { class: "wk-tools" },
          h("div", { class: "wk-row" }, hide, promote),
          h("label", { class: "wk-line" }, h("span", { class: "wk-small" }, words.merge), select),
          h("div", { class: "wk-line" }, h("span", { class: "wk-small", "aria-hidden": "true" },
            words.cluster), h("div", { class: "wk-with" }, name,
            this.button(words.set_cluster, set_, named(words.set_cluster)))))));
    return {
      el,
      update: (now) => {
        hidden = now.hidden;
        put(hide, hidden ? words.show : words.hide);
        set(hide, "aria-label", fill(words.of_idea, { what: hide.textContent, idea: text }));
        const said = [
          now.cluster, hidden && words.idea_hidden,
          now.n > 1 && fill(words.idea_counts, { n: now.n }),
          now.into && `${words.merge}: ${this.texts.get(now.into) ?? ""}`,
        ];
        put(state, said.filter(Boolean).join(" · "));
        el.classList.toggle("wk-away", Boolean(hidden || now.into));
        promote.hidden = !this.view.focus?.promotes;
        const others = [...this.texts].filter(([other]) => other !== id)
          .map(([other, label]) => ({ id: other, label }));
        choices([{ id: "", label: words.apart }, ...others], now.into);
        cluster(now.cluster);
      },
    };
  }

  showIdeas(found) {
    this.texts = new Map(found.map(({ id, text }) => [id, text]));
    const names = [...new Set(found.map(({ cluster }) => cluster).filter(Boolean))];
    const { clusters } = this.thought;
    if (!same([...clusters.children].map(({ value }) => value), names)) {
      clusters.replaceChildren(...names.map((value) => h("option", { value })));
    }
    this.thought.list(found);
    this.thought.el.hidden = !found.length;
  }

  proposal() {
    const { words } = this;
    const area = h("textarea", { class: "wk-input", rows: 2, maxlength: 2000 });
    const send = (kind) => () => {
      const { question } = this.view.focus;
      const { aspect } = this.view;
      this.post.put("propose", { question, aspect, kind, words: area.value });
    };
    this.proposed = { area, question: null, follow: follows(area) };
    const hint = h("p", { class: "wk-hint", id: newId() }, words.propose_hint);
    area.setAttribute("aria-describedby", hint.id);
    area.setAttribute("aria-label", words.proposal);
    this.proposed.el = this.section("proposing", words.proposal, hint, area,
      h("div", { class: "wk-row" },
        this.button(words.consent, send("consent")), this.button(words.fist, send("fist"))));
    return this.proposed.el;
  }

  showProposal(focus) {
    const $ = this.proposed;
    $.el.hidden = !focus;
    if (!focus) return;
    if ($.question !== focus.question) {
      // Another question: what was typed for the one before is kept for it.
      this.drafts ??= new Map();
      if ($.question) this.drafts.set($.question, $.area.value);
      $.question = focus.question;
      $.area.value = this.drafts.get(focus.question) ?? focus.proposal;
      $.follow = follows($.area);
    }
    $.follow(focus.proposal);
  }

  // --------------------------------------------------------------- timer and points

  timer() {
    const { words } = this;
    const minutes = h("input", {
      type: "text", inputmode: "decimal", class: "wk-input wk-short", autocomplete: "off",
    });
    const start = () => this.post.put("timer", { minutes: minutes.value });
    minutes.addEventListener("keydown", (event) => event.key === "Enter" && start());
    this.clock = {
      minutes, follow: follows(minutes), question: null,
      left: h("p", { class: "wk-left", role: "timer" }),
      start: this.button(words.start_timer, start),
      stop: this.button(words.stop_timer, () => this.post.put("timer", { minutes: "0" })),
    };
    return this.section("timing", words.timer, this.clock.left,
      this.field(words.minutes, minutes),
      h("div", { class: "wk-row" }, this.clock.start, this.clock.stop));
  }

  showTimer({ timer, focus }) {
    const $ = this.clock;
    $.stop.hidden = !timer;
    if (timer?.id !== this.timed?.id || this.view.at !== this.timedAt) {
      this.timed = timer && { id: timer.id, ends: Date.now() + timer.left * 1000 };
      this.timedAt = this.view.at;
    }
    if (focus && focus.question !== $.question) {
      $.question = focus.question;
      if (document.activeElement !== $.minutes) $.minutes.value = focus.minutes;
    }
    this.tick();
  }

  tick() {
    if (!this.clock) return;
    const { left } = this.clock;
    if (!this.timed) return void put(left, "");
    const seconds = Math.max(0, Math.round((this.timed.ends - Date.now()) / 1000));
    const [m, s] = [Math.floor(seconds / 60), seconds % 60];
    put(left, seconds ? `${m}:${String(s).padStart(2, "0")}` : this.words.over);
    left.setAttribute("aria-label", seconds
      ? `${this.words.left}: ${left.textContent}` : this.words.over);
  }

  parked() {
    const { words } = this;
    const input = h("input", {
      type: "text", class: "wk-input", maxlength: 2000, autocomplete: "off",
    });
    const park = () => this.post.put("park", { words: input.value });
    input.addEventListener("keydown", (event) => event.key === "Enter" && park());
    const list = h("ul", { class: "wk-plain" });
    this.later = { input, list: keyed(list, (point) => ({
      el: h("li", { class: "wk-point" }, h("span", {}, point.words),
        this.button(words.unpark, () => this.post.put("unpark", { point: point.id }), {
          "aria-label": fill(words.of_idea, { what: words.unpark, idea: point.words }),
        })),
    })) };
    return this.section("parking", words.parked, list,
      this.field(words.point, input, this.button(words.park, park)));
  }

  // ------------------------------------------------------------- what became of it

  deed() {
    const said = h("p", {});
    const $ = (this.done = {
      said,
      undo: this.button(this.words.undo, () => {
        const seqs = this.undoes;
        this.undoes = [];
        $.undo.hidden = true;
        if (seqs.length) this.post.put("undo", { seqs });
      }),
    });
    $.next = this.button(this.words.next, () => {
      this.jump(this.view.next_aspect, this.view.next);
    }, { hidden: true });
    $.el = h("div", { class: "wk-deed", hidden: true }, said,
      h("div", { class: "wk-with" }, $.undo, $.next));
    return $.el;
  }

  /** Says what became of it, where it is seen wherever one has scrolled. */
  tell(message, kind = "done", undo = []) {
    const { done: $ } = this;
    put($.said, message);
    $.el.hidden = false;
    $.el.dataset.kind = kind;
    this.undoes = undo;
    $.undo.hidden = !undo.length;
  }

  answer({ kind, message, undo }, order) {
    const { done: $, live, alarm } = this;
    if (kind === "done" && order.name === "park") this.later.input.value = "";
    if (kind === "done" && order.name === "propose") {
      this.drafts?.delete(order.args.question);
    }
    if (["focus", "open_all"].includes(order.name)) this.arrive();
    if (kind === "done" && order.name === "settle") this.settle();
    if (!message) return;
    const at = document.activeElement;
    this.tell(message, kind, undo);
    live.textContent = kind === "error" ? "" : message;
    alarm.textContent = kind === "error" ? message : "";
    if (at === $.undo && $.undo.hidden) this.home($.el);
  }

  wait(late) {
    const { words } = this;
    this.root.classList.toggle("wk-late", late);
    put(this.trouble, late ? words.late : this.view.trouble ?? "");
    this.alarm.textContent = late ? words.late : "";
    this.live.textContent = late ? "" : words.back;
  }

  // ------------------------------------------------------------------ bringing up

  show() {
    const view = this.model.get("view");
    if (!view?.join) return;
    const at = this.root.contains(document.activeElement) ? document.activeElement : null;
    const way = at && this.way(at);
    const first = !this.view.join;
    this.view = view;
    this.showElsewhere(view.moved ?? "");
    this.showJoin(view.join);
    if (first) this.join.el.open = !view.here.joined || !this.aspects.length;
    this.agenda.el.hidden = !view.agenda || Boolean(view.moved);
    if (view.agenda) this.agenda.show(view.agenda);
    if (first) this.agenda.el.open = Boolean(view.agenda) && !view.focus;
    this.showPeople(view);
    if (this.aspects.length) {
      this.showAsking(view);
      this.showIdeas(view.ideas);
      this.showProposal(view.focus);
      this.showTimer(view);
      this.later.list(view.parked);
    }
    if (!this.post?.isLate) put(this.trouble, view.trouble ?? "");
    if (at && !this.reachable(at)) {
      if (view.moved) this.away.said.focus();
      else this.back(way);
    }
  }

  /** Where to go if the place of now disappears: what is next in its list, its part. */
  way(at) {
    const item = at.closest("li");
    return {
      list: item?.parentElement, place: item ? [...item.parentElement.children].indexOf(item) : 0,
      focus: at.closest(".wk-focus"), part: at.closest(".wk-part, .wk-panel"),
    };
  }

  reachable(element) {
    return element.isConnected && !element.closest("[hidden]");
  }

  back({ list, place, focus, part }) {
    const items = list && this.reachable(list) ? list.children : [];
    const near = items[Math.min(place, items.length - 1)];
    const control = near?.querySelector("button, summary, input, select");
    if (control) control.focus();
    else if (focus && this.reachable(focus)) this.ask.asked.focus();
    else this.home(part);
  }

  home(part) {
    const heading = this.reachable(part) && part.querySelector(".wk-heading");
    (heading || this.root.querySelector(".wk-heading")).focus();
  }
}

function render({ model, el }) {
  const panel = new Panel({ model });
  el.append(panel.root);
  return () => panel.close();
}

export default { render };
