/**
 * Draws a form and sees to it that nothing that is filled in gets lost.
 *
 * The host hands in a `model` (get, set, save_changes, on, off): an ipywidget in
 * JupyterLab, a small stand-in elsewhere. Words from people only ever become
 * text, never markup.
 */

import { fill, guardKeys, h, newId, randomKey, same } from "./elements.js";

const DRAFT_AFTER = 800; // ms without a key before a draft is sent
const LATE_AFTER = 3000; // ms without a receipt before somebody has to know

// ------------------------------------------------------------ the messages

/**
 * Keeps every change until its receipt is in. The whole outbox travels each
 * time, so a host that merges messages and keeps the last loses nothing.
 */
class Outbox {
  constructor(model, onLate) {
    Object.assign(this, { model, onLate, pending: new Map(), late: false });
    this.settled = new Set();
    this.online = () => this.again();
    window.addEventListener("online", this.online);
  }

  put(id, value, final) {
    const change = { key: randomKey(), value, final, attempt: 1 };
    const since = this.pending.get(id)?.since ?? Date.now();
    this.pending.set(id, { change, since });
    this.send();
    this.timer ??= setInterval(() => this.check(), 500);
  }

  send() {
    // Another view of the same form may wait for receipts too.
    const receipts = this.model.get("receipts") ?? {};
    const outbox = {};
    for (const [id, change] of Object.entries(this.model.get("outbox") ?? {})) {
      const done = receipts[id]?.key === change.key || this.settled.has(change.key);
      if (!done) outbox[id] = change;
    }
    for (const [id, { change }] of this.pending) outbox[id] = change;
    this.sentAt = Date.now();
    this.model.set("outbox", outbox);
    this.model.save_changes();
  }

  again() {
    if (!this.pending.size) return;
    for (const entry of this.pending.values()) {
      entry.change = { ...entry.change, attempt: entry.change.attempt + 1 };
    }
    this.send();
  }

  /** Returns false for the receipt of a change that has been overtaken. */
  settle(id, receipt) {
    const waiting = this.pending.get(id);
    if (waiting && waiting.change.key !== receipt.key) return false;
    if (waiting) this.settled.add(receipt.key);
    this.pending.delete(id);
    this.check();
    return true;
  }

  check() {
    const now = Date.now();
    const waits = [...this.pending.values()].map(({ since }) => now - since);
    const late = waits.some((wait) => wait > LATE_AFTER);
    if (late !== this.late) this.onLate((this.late = late));
    if (late && now - this.sentAt > LATE_AFTER) this.again();
    if (!waits.length) this.timer = clearInterval(this.timer);
  }

  close() {
    clearInterval(this.timer);
    window.removeEventListener("online", this.online);
  }
}

// ------------------------------------------------------------ the controls
//
// A control is {el, get, set, check?, setChoices?}. It tells `ctx.changed`
// "typing" (a draft may be sent), "soon" (final when it rests), "done" (final).

const filled = (text) => (text.trim() === "" ? null : text);

function textEvents(input, ctx) {
  input.addEventListener("input", () => ctx.changed("typing"));
  input.addEventListener("change", () => ctx.changed("done"));
  input.addEventListener("blur", () => ctx.changed("done"));
}

function textInput(field, ctx, props = {}) {
  const input = h("input", {
    type: "text", autocomplete: "off", class: "wk-input", ...ctx.naming, ...props,
  });
  textEvents(input, ctx);
  const unit = field.unit ? h("span", { class: "wk-unit", id: newId() }, field.unit) : null;
  if (unit) ctx.describe(input, unit.id);
  return {
    el: unit ? h("div", { class: "wk-with-unit" }, input, unit) : input,
    get: () => filled(input.value),
    set: (value) => (input.value = value ?? ""),
  };
}

function longText(field, ctx) {
  const area = h("textarea", { rows: 4, class: "wk-input", ...ctx.naming });
  const grow = () => {
    area.style.height = "auto";
    if (area.scrollHeight) area.style.height = `${area.scrollHeight + 4}px`;
  };
  area.addEventListener("input", grow);
  area.addEventListener("focus", grow);
  textEvents(area, ctx);
  return {
    el: area,
    get: () => filled(area.value),
    set: (value) => {
      area.value = value ?? "";
      requestAnimationFrame(grow);
    },
  };
}

/** A text field, so that the comma of the reader's own language works. */
function number(field, ctx) {
  const whole = field.type === "integer";
  const control = textInput(field, ctx, { inputmode: whole ? "numeric" : "decimal" });
  control.el.classList.add("wk-short");
  const { words, lang } = ctx;
  const write = new Intl.NumberFormat(lang, { useGrouping: false, maximumFractionDigits: 12 });
  const { set } = control;
  control.set = (value) => set(typeof value === "number" ? write.format(value) : value);
  control.check = () => {
    const text = control.get()?.replace(/\s/g, "");
    if (!text) return "";
    if (whole && !/^[+-]?\d+$/.test(text)) return words.not_whole;
    if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/.test(text)) return words.not_a_number;
    const value = Number(text.replace(",", "."));
    const low = field.min ?? -Infinity, high = field.max ?? Infinity;
    if (value >= low && value <= high) return "";
    const slots = { low: write.format(low), high: write.format(high) };
    if (high === Infinity) return fill(words.at_least, slots);
    return fill(low === -Infinity ? words.no_more_than : words.between, slots);
  };
  return control;
}

function date(field, ctx) {
  const input = h("input", { type: "date", class: "wk-input wk-short", ...ctx.naming });
  // Every key in the year makes another complete date, so wait until it rests.
  input.addEventListener("change", () => ctx.changed("soon"));
  input.addEventListener("blur", () => ctx.changed("done"));
  return {
    el: input,
    get: () => input.value || null,
    set: (value) => (input.value = value ?? ""),
  };
}

/** The text field beside the choice "other, namely". */
function otherWords(ctx) {
  const input = h("input", {
    type: "text", autocomplete: "off", class: "wk-input wk-other",
    "aria-label": ctx.words.other_words, hidden: true,
  });
  textEvents(input, ctx);
  return input;
}

function optionRow(kind, name, label, advice, ctx) {
  const input = h("input", { type: kind, name, id: newId() });
  const words = h("label", { for: input.id }, label);
  const row = h("div", { class: "wk-option" }, h("div", { class: "wk-choice" }, input, words));
  let note = null;
  if (advice) {
    note = h("p", { class: "wk-advice", id: newId(), hidden: true }, advice);
    row.append(note);
  }
  const show = () => {
    row.classList.toggle("wk-chosen", input.checked);
    if (!note || note.hidden === !input.checked) return;
    note.hidden = !input.checked;
    if (input.checked) input.setAttribute("aria-describedby", note.id);
    else input.removeAttribute("aria-describedby");
    if (input.checked && ctx.live) ctx.announce(advice);
  };
  return { input, row, show };
}

function single(field, ctx) {
  const name = newId();
  const rows = (field.options ?? []).map((option) => ({
    value: option.id, ...optionRow("radio", name, option.label, option.advice, ctx),
  }));
  const words = field.other ? otherWords(ctx) : null;
  if (words) {
    const other = optionRow("radio", name, ctx.words.other, "", ctx);
    other.row.append(words);
    rows.push({ value: null, ...other });
  }
  const chosen = () => rows.find(({ input }) => input.checked);
  const clear = clearButton(ctx, () => {
    for (const { input } of rows) input.checked = false;
    rows[0].input.focus();
  }, () => show());
  const show = () => {
    for (const row of rows) row.show();
    if (words) words.hidden = chosen()?.value !== null;
    clear.hidden = !chosen();
  };
  for (const { input } of rows) {
    input.addEventListener("change", () => {
      show();
      ctx.changed("done");
    });
  }
  return {
    el: h("div", { class: "wk-options" }, ...rows.map(({ row }) => row), clear),
    get: () => {
      const row = chosen();
      if (!row || row.value !== null) return row?.value ?? null;
      return filled(words.value) && { other: words.value };
    },
    set: (value) => {
      const own = value?.other !== undefined;
      for (const row of rows) {
        row.input.checked = own ? row.value === null : row.value === (value ?? undefined);
      }
      if (words && own) words.value = value.other;
      show();
    },
  };
}

function clearButton(ctx, clear, show) {
  return h("button", {
    type: "button", class: "wk-button wk-quiet", hidden: true,
    click: () => {
      clear();
      show();
      ctx.announce(ctx.words.cleared);
      ctx.changed("done");
    },
  }, ctx.words.clear);
}

/** Checkboxes: of a `multiple` (options) and of a `pick` (choices). */
function several(field, ctx) {
  const box = h("div", { class: "wk-options" });
  const words = field.other ? otherWords(ctx) : null;
  let rows = [];
  const ticked = () => rows.filter(({ input }) => input.checked);
  const show = () => {
    for (const row of rows) row.show();
    const other = rows.find(({ value }) => value === null);
    if (words) words.hidden = !other.input.checked;
  };
  const limit = (event) => {
    const most = field.at_most ?? Infinity;
    if (ticked().length > most) {
      event.target.checked = false;
      ctx.refuse(fill(ctx.words.at_most_reached, { n: most }));
      return;
    }
    ctx.refuse("");
    show();
    ctx.changed("done");
  };
  const build = (options) => {
    rows = options.map((option) => ({
      value: option.id, ...optionRow("checkbox", null, option.label, option.advice, ctx),
    }));
    if (words) {
      const other = optionRow("checkbox", null, ctx.words.other, "", ctx);
      other.row.append(words);
      rows.push({ value: null, ...other });
    }
    for (const { input } of rows) input.addEventListener("change", limit);
    const empty = h("p", { class: "wk-hint" }, ctx.words.nothing_to_pick);
    box.replaceChildren(...(rows.length ? rows.map(({ row }) => row) : [empty]));
  };
  const listed = () =>
    rows.map(({ value, row }) => ({ id: value, label: row.textContent }));
  build(field.options?.length ? field.options : field.choices ?? []);
  const get = () => {
    const own = words && filled(words.value) ? { other: words.value } : null;
    const value = ticked().map((row) => row.value ?? own).filter((item) => item !== null);
    return value.length ? value : null;
  };
  const set = (value) => {
    const items = value ?? [];
    const unknown = items.filter((item) => !rows.some((row) => row.value === item));
    if (field.type === "pick" && unknown.length) {
      build([...listed(), ...unknown.map((id) => ({ id, label: id }))]);
    }
    const own = items.find((item) => item?.other !== undefined);
    for (const row of rows) {
      row.input.checked = row.value === null ? own !== undefined : items.includes(row.value);
    }
    if (words && own) words.value = own.other;
    show();
  };
  return {
    el: box, get, set,
    setChoices: (choices) => {
      // What was ticked stays in sight, even when the earlier list lost it.
      const value = get() ?? [];
      const known = new Set(choices.map(({ id }) => id));
      const kept = listed().filter(({ id }) => value.includes(id) && !known.has(id));
      const focused = rows.find(({ input }) => input === document.activeElement)?.value;
      build([...choices, ...kept]);
      set(value);
      rows.find((row) => row.value === focused)?.input.focus();
    },
  };
}

function score(field, ctx) {
  const [low, high] = [field.min ?? 1, field.max ?? 5];
  if (high - low > 10) return number({ ...field, type: "integer" }, ctx);
  const name = newId();
  const ends = { [low]: field.low, [high]: field.high };
  const inputs = [];
  const scale = h("div", { class: "wk-scale" });
  for (let step = low; step <= high; step += 1) {
    const input = h("input", { type: "radio", name, id: newId(), value: step });
    const end = ends[step] ? h("span", { class: "wk-sr" }, ` – ${ends[step]}`) : null;
    inputs.push(input);
    scale.append(
      h("div", { class: "wk-step" }, input, h("label", { for: input.id }, String(step), end)),
    );
  }
  const clear = clearButton(ctx, () => {
    for (const input of inputs) input.checked = false;
    inputs[0].focus();
  }, () => show());
  const show = () => (clear.hidden = !inputs.some((input) => input.checked));
  for (const input of inputs) {
    input.addEventListener("change", () => {
      show();
      ctx.changed("done");
    });
  }
  const legend = h("div", { class: "wk-ends", "aria-hidden": "true" });
  for (const step of [low, high]) {
    if (ends[step]) legend.append(h("span", {}, `${step} = ${ends[step]}`));
  }
  return {
    el: h("div", {}, scale, legend.childNodes.length ? legend : "", clear),
    get: () => {
      const chosen = inputs.find((input) => input.checked);
      return chosen ? Number(chosen.value) : null;
    },
    set: (value) => {
      for (const input of inputs) input.checked = Number(input.value) === value;
      show();
    },
  };
}

function ranking(field, ctx) {
  const { words } = ctx;
  const options = new Map((field.options ?? []).map((option) => [option.id, option]));
  const most = Math.min(field.at_most ?? Infinity, options.size);
  const [poolName, listName] = [newId(), newId()];
  const pool = h("ul", { class: "wk-pool", "aria-labelledby": poolName });
  const list = h("ol", { class: "wk-ranked", "aria-labelledby": listName });
  const nothing = h("p", { class: "wk-hint" }, words.nothing_ranked);
  let order = [];

  const button = (sign, label, off, click, extra = "") =>
    h("button", {
      type: "button", class: `wk-button wk-icon ${extra}`, "aria-label": label,
      "aria-disabled": off ? "true" : null, click,
    }, h("span", { "aria-hidden": "true" }, sign));

  const draw = () => {
    list.replaceChildren(...order.map((id, place) => {
      const { label, advice } = options.get(id);
      return h("li", { "data-id": id },
        h("div", { class: "wk-item" },
          h("span", { class: "wk-place", "aria-hidden": "true" }, String(place + 1)),
          h("span", { class: "wk-item-label" }, label),
          h("span", { class: "wk-moves" },
            button("↑", fill(words.move_up, { item: label }), place === 0,
              () => move(id, -1), "wk-up"),
            button("↓", fill(words.move_down, { item: label }),
              place === order.length - 1, () => move(id, 1), "wk-down"),
            button("×", fill(words.remove, { item: label }), false,
              () => remove(id), "wk-remove"))),
        advice ? h("p", { class: "wk-advice" }, advice) : "");
    }));
    const rest = [...options.values()].filter(({ id }) => !order.includes(id));
    pool.replaceChildren(...rest.map(({ id, label }) =>
      h("li", { "data-id": id },
        h("button", {
          type: "button", class: "wk-button wk-add", click: () => add(id),
          "aria-disabled": order.length >= most ? "true" : null,
        }, h("span", { "aria-hidden": "true", class: "wk-plus" }, "+"),
        h("span", { class: "wk-sr" }, `${words.add}: `), h("span", {}, label)))));
    nothing.hidden = order.length > 0;
    poolBox.hidden = rest.length === 0;
  };
  const place = (id) => fill(words.place, {
    item: options.get(id).label, place: order.indexOf(id) + 1, total: order.length,
  });
  const at = (id, role) =>
    list.querySelector(`li[data-id="${CSS.escape(id)}"] .${role}`);
  const changed = (message) => {
    ctx.refuse("");
    ctx.announce(message);
    ctx.changed("done");
  };
  const add = (id) => {
    if (order.length >= most) {
      ctx.refuse(fill(words.at_most_reached, { n: most }));
      return;
    }
    const index = [...pool.children].findIndex((item) => item.dataset.id === id);
    order = [...order, id];
    draw();
    const next = pool.children[Math.min(index, pool.children.length - 1)];
    (next?.querySelector("button") ?? at(id, "wk-up")).focus();
    changed(place(id));
  };
  const move = (id, by) => {
    const from = order.indexOf(id), to = from + by;
    if (to < 0 || to >= order.length) return;
    order = order.filter((other) => other !== id);
    order.splice(to, 0, id);
    draw();
    at(id, by < 0 ? "wk-up" : "wk-down").focus();
    changed(place(id));
  };
  const remove = (id) => {
    const index = order.indexOf(id);
    order = order.filter((other) => other !== id);
    draw();
    const next = order[Math.min(index, order.length - 1)];
    (next === undefined ? pool.querySelector("button") : at(next, "wk-remove")).focus();
    changed(fill(words.removed, { item: options.get(id).label }));
  };
  const poolBox = h("div", {}, h("p", { class: "wk-small", id: poolName }, words.rank_from), pool);
  draw();
  return {
    el: h("div", { class: "wk-ranking" }, poolBox,
      h("div", {}, h("p", { class: "wk-small", id: listName }, words.rank_list), nothing, list)),
    get: () => (order.length ? [...order] : null),
    set: (value) => {
      order = (value ?? []).filter((id) => options.has(id));
      draw();
    },
  };
}

/** Dots to divide: each option has a count and a button on either side. */
function dots(field, ctx) {
  const { words } = ctx;
  const left = h("p", { class: "wk-dots-left" });
  const total = () => lines.reduce((sum, { n }) => sum + n, 0);
  const button = (sign, label, click, name) =>
    h("button", { type: "button", class: `wk-button wk-icon ${name}`, "aria-label": label, click },
      h("span", { "aria-hidden": "true" }, sign));
  const lines = (field.options ?? []).map(({ id, label, advice }) => {
    const line = { id, label, n: 0 };
    line.count = h("span", { class: "wk-dots-n" });
    line.less = button("−", fill(words.dots_fewer, { item: label }), () => give(line, -1), "wk-less");
    line.more = button("+", fill(words.dots_more, { item: label }), () => give(line, 1), "wk-more");
    line.el = h("li", { "data-id": id },
      h("div", { class: "wk-item" }, h("span", { class: "wk-item-label" }, label),
        h("span", { class: "wk-dots-give" }, line.less, line.count, line.more)),
      advice ? h("p", { class: "wk-advice" }, advice) : "");
    return line;
  });
  const draw = () => {
    const rest = field.at_most - total();
    left.textContent = fill(words.dots_left, { left: rest, n: field.at_most });
    for (const { n, el, count, less, more } of lines) {
      count.textContent = fill(words.dots_given, { n });
      el.classList.toggle("wk-chosen", n > 0);
      // Not `disabled`: that would throw the focus out of the form.
      less.setAttribute("aria-disabled", String(n === 0));
      more.setAttribute("aria-disabled", String(rest <= 0));
    }
  };
  const give = (line, by) => {
    if (line.n + by < 0) return;
    if (by > 0 && total() >= field.at_most) {
      ctx.refuse(words.dots_spent);
      return;
    }
    line.n += by;
    draw();
    ctx.refuse("");
    ctx.announce(fill(words.dots_now, {
      item: line.label, n: line.n, left: field.at_most - total(),
    }));
    ctx.changed("soon");
  };
  draw();
  return {
    el: h("div", {}, left, h("ul", { class: "wk-dots" }, ...lines.map(({ el }) => el))),
    get: () => {
      const given = lines.filter(({ n }) => n > 0).map(({ id, n }) => [id, n]);
      return given.length ? Object.fromEntries(given) : null;
    },
    set: (value) => {
      for (const line of lines) line.n = value?.[line.id] ?? 0;
      draw();
    },
  };
}

function select(field, ctx) {
  const menu = h("select", { class: "wk-input", ...ctx.naming },
    h("option", { value: "" }, ctx.words.choose),
    ...field.options.map((option, index) => h("option", { value: index }, option.label)),
    field.other ? h("option", { value: "other" }, ctx.words.other) : "");
  const words = field.other ? otherWords(ctx) : null;
  const show = () => words && (words.hidden = menu.value !== "other");
  menu.addEventListener("change", () => {
    show();
    ctx.changed("done");
  });
  return {
    el: words ? h("div", {}, menu, words) : menu,
    get: () => {
      if (menu.value === "other") return filled(words.value) && { other: words.value };
      return menu.value === "" ? null : field.options[Number(menu.value)].id;
    },
    set: (value) => {
      const own = value?.other !== undefined;
      const index = field.options.findIndex(({ id }) => id === value);
      menu.value = own ? "other" : index < 0 ? "" : String(index);
      if (words && own) words.value = value.other;
      show();
    },
  };
}

function rows(field, ctx) {
  const { words } = ctx;
  const most = field.at_most ?? Infinity;
  const headings = field.columns.map((column) =>
    h("th", { scope: "col", role: "columnheader" }, column.label,
      column.required ? h("span", { class: "wk-required" }, ` (${words.required})`) : "",
      column.hint ? h("span", { class: "wk-hint" }, column.hint) : ""));
  const body = h("tbody", { role: "rowgroup" });
  const table = h("table", { role: "table" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
      h("th", { scope: "col", role: "columnheader" },
        h("span", { class: "wk-sr" }, fill(words.row, { n: "" }).trim())),
      ...headings,
      h("th", { scope: "col", role: "columnheader" },
        h("span", { class: "wk-sr" }, fill(words.remove_row, { n: "" }).trim())))),
    body);
  let lines = [];
  const choices = new Map();

  const addLine = (value = {}) => {
    const row = fill(words.row, { n: "" }).trim();
    const number = h("span", { class: "wk-row-n" });
    const cells = field.columns.map((column) => cell(column, ctx, value[column.id], choices));
    const removal = h("button", {
      type: "button", class: "wk-button wk-icon", click: () => removeLine(line),
    }, h("span", { "aria-hidden": "true" }, "×"));
    const el = h("tr", { role: "row" },
      h("th", { scope: "row", role: "rowheader", class: "wk-row-head" },
        h("span", { class: "wk-row-word" }, `${row} `), number),
      ...cells.map((item) => item.el),
      h("td", { role: "cell", class: "wk-row-remove" }, removal));
    const line = { el, cells, number, removal };
    lines.push(line);
    body.append(el);
  };
  const renumber = () => {
    lines.forEach((line, index) => {
      const n = index + 1;
      line.number.textContent = n;
      line.removal.setAttribute("aria-label", fill(words.remove_row, { n }));
      for (const item of line.cells) item.rename(fill(words.row, { n }));
    });
    more.setAttribute("aria-disabled", lines.length >= most ? "true" : "false");
  };
  const removeLine = (line) => {
    const index = lines.indexOf(line);
    lines = lines.filter((other) => other !== line);
    line.el.remove();
    if (!lines.length) addLine();
    renumber();
    ctx.announce(fill(words.removed_row, { n: index + 1 }));
    lines[Math.min(index, lines.length - 1)].removal.focus();
    ctx.changed("done");
  };
  const more = h("button", {
    type: "button", class: "wk-button",
    click: () => {
      if (lines.length >= most) {
        ctx.refuse(fill(words.rows_reached, { n: most }));
        return;
      }
      addLine();
      renumber();
      ctx.announce(fill(words.row_added, { n: lines.length }));
      lines.at(-1).el.querySelector("input, select, textarea")?.focus();
    },
  }, words.add_row);
  const set = (value) => {
    lines = [];
    body.replaceChildren();
    for (const row of value?.length ? value : [{}]) addLine(row);
    renumber();
  };
  set(null);
  const el = h("div", { class: "wk-rows" }, table, more);
  const needed = field.columns.reduce((sum, { type }) => sum + ROOM[type], 96);
  ctx.onWidth(el, (width) => el.classList.toggle("wk-as-table", width >= needed));
  return {
    el,
    get: () => {
      const value = lines.map((line) => {
        const row = {};
        for (const item of line.cells) {
          const content = item.get();
          if (content !== null) row[item.id] = content;
        }
        return row;
      }).filter((row) => Object.keys(row).length);
      return value.length ? value : null;
    },
    set,
    check: () =>
      lines.flatMap(({ cells }) => cells.map((item) => item.check())).find(Boolean) ?? "",
    setColumn: (column, list) => {
      choices.set(column, list);
      for (const { cells } of lines) {
        cells.find(({ id }) => id === column)?.setChoices?.(list);
      }
    },
  };
}

/** One cell: a control with a label that is seen where rows become cards. */
function cell(column, ctx, value, choices) {
  const grouped = column.type === "multiple" || column.type === "pick";
  const name = newId();
  const position = h("span", { class: "wk-sr" });
  const hint = column.hint
    ? h("span", { class: "wk-hint wk-cell-hint", id: newId() }, column.hint) : null;
  const inner = {
    ...ctx,
    naming: { id: name, "aria-describedby": hint?.id, "aria-required": column.required && "true" },
  };
  const spec = { ...column, choices: choices.get(column.id) ?? column.choices };
  const make = CELLS[column.type];
  const control = make(spec, inner);
  const words = [column.label, position];
  if (column.required) {
    words.push(h("span", { class: "wk-required" }, ` (${ctx.words.required})`));
  }
  const label = h(grouped ? "legend" : "label", {
    class: "wk-cell-label", for: grouped ? null : name,
  }, ...words);
  const content = [label, hint ?? "", control.el];
  if (value !== undefined) control.set(value);
  return {
    id: column.id,
    el: h("td", { role: "cell", class: `wk-cell-${column.type}` },
      ...(grouped
        ? [h("fieldset", { "aria-describedby": hint?.id }, ...content)] : content)),
    get: control.get,
    check: () => control.check?.() ?? "",
    setChoices: control.setChoices,
    rename: (row) => (position.textContent = `, ${row}`),
  };
}

const CONTROLS = {
  single, score, ranking, dots, rows, date,
  multiple: several, pick: several,
  short_text: textInput, long_text: longText,
  integer: number, decimal: number,
};
const CELLS = {
  text: textInput, integer: number, decimal: number, date,
  single: select, multiple: several, pick: several,
};
/** Pixels a column needs in a table; with less, every row becomes a card. */
const ROOM = {
  text: 140, integer: 96, decimal: 112, date: 160, single: 168, multiple: 200, pick: 200,
};
const NAMED_BY_LABEL = new Set(["short_text", "long_text", "integer", "decimal", "date"]);

// ----------------------------------------------------------- fields, groups

/** A control with its label, hint and error. */
function makeField(field, shared, { label, hint, own, changed }) {
  const wide = field.type === "score" && (field.max ?? 5) - (field.min ?? 1) > 10;
  const single = NAMED_BY_LABEL.has(field.type) || wide;
  const name = newId();
  const limit = !["rows", "dots"].includes(field.type) && field.at_most
    ? fill(shared.words.at_most, { n: field.at_most }) : "";
  const hints = [hint, limit].filter(Boolean)
    .map((words) => h("p", { class: "wk-hint", id: newId() }, words));
  const error = h("p", { class: "wk-error", id: newId(), hidden: true });
  const described = [...hints.map(({ id }) => id), error.id].join(" ");
  const ctx = {
    ...shared, changed, live: false,
    naming: single ? { id: name, "aria-describedby": described } : {},
    describe: (input, id) => {
      const ids = input.getAttribute("aria-describedby");
      input.setAttribute("aria-describedby", ids ? `${ids} ${id}` : id);
    },
    refuse: (message) => {
      complain(message);
      if (message) shared.announce(message);
    },
  };
  const control = CONTROLS[field.type](field, ctx);
  ctx.live = true;
  const title = h(single ? "label" : "legend", {
    class: own ? "wk-title" : "wk-label", for: single ? name : null,
  }, label);
  const radios = field.type === "single" || field.type === "score";
  const el = h(single ? "div" : "fieldset", {
    class: "wk-field", "data-field": field.id,
    role: !single && radios ? "radiogroup" : null,
    "aria-describedby": single ? null : described,
  }, title, ...hints, control.el, error);
  const complain = (message) => {
    error.textContent = message;
    error.hidden = !message;
    const marked = !single && radios ? [el] : el.querySelectorAll("input, select, textarea");
    for (const part of marked) {
      if (message && part.type !== "radio") part.setAttribute("aria-invalid", "true");
      else part.removeAttribute("aria-invalid");
    }
  };
  return { id: field.id, el, control, complain, check: () => control.check?.() ?? "" };
}

/** One card: the fields of a group and the line that says what was saved. */
function makeGroup(group, shared, outbox, stored) {
  const title = newId(), hint = newId();
  const solo = !group.action && group.fields.length === 1;
  const status = h("p", { class: "wk-status" });
  const targets = new Map(); // what sends under which id
  const timers = new Map();
  let dirty = false;

  const filledIn = () => {
    const value = {};
    for (const field of fields) {
      const content = field.control.get();
      if (content !== null && !field.el.hidden) value[field.id] = content;
    }
    return value;
  };
  const deliver = (id, final) => {
    if (group.action) return draft();
    const target = targets.get(id);
    timers.set(id, clearTimeout(timers.get(id)));
    const value = target.field.control.get();
    if (same(value, target.sent) && (target.final || !final)) return;
    const wrong = final ? target.field.check() : "";
    if (final || !wrong) target.field.complain(wrong);
    if (wrong) shared.announce(wrong);
    Object.assign(target, { sent: value, final });
    outbox.put(id, value, final);
  };
  /** Sends a half-filled card, so that neither a reload nor a restart loses it. */
  const draft = () => {
    timers.set(group.id, clearTimeout(timers.get(group.id)));
    outbox.put(group.id, filledIn(), false);
  };
  const later = (id, final) => {
    clearTimeout(timers.get(id));
    timers.set(id, setTimeout(() => deliver(id, final), DRAFT_AFTER));
  };
  const changed = (field) => (how) => {
    dirty = true;
    if (group.action && !group.drafts) return;
    if (group.action) later(group.id, false);
    else if (how === "done") deliver(field.id, true);
    else later(field.id, how === "soon");
  };

  const fields = group.fields.filter(({ type }) => type !== "note").map((field) =>
    makeField(field, shared, {
      label: field.label || group.legend,
      hint: field.label || !solo ? field.hint : group.hint,
      own: solo,
      changed: changed(field),
    }));
  const load = () => {
    const values = stored();
    for (const field of fields) {
      const value = (group.action ? values[group.id]?.[field.id] : values[field.id]) ?? null;
      if (!same(value, field.control.get())) field.control.set(value);
      if (group.action) continue;
      const sent = field.control.get(), before = targets.get(field.id);
      const final = !before || !same(sent, before.sent) || before.final;
      targets.set(field.id, { field, sent, final });
    }
  };
  load();

  const press = () => {
    const value = filledIn();
    let wrong = null;
    for (const field of fields) {
      const message = field.check();
      field.complain(message);
      if (message) wrong ??= field;
    }
    if (wrong) {
      say(shared.words.unfinished, "error");
      wrong.el.querySelector("[aria-invalid]")?.focus();
      return;
    }
    timers.set(group.id, clearTimeout(timers.get(group.id)));
    const waiting = outbox.pending.get(group.id)?.change;
    if (!waiting?.final || !same(waiting.value, value)) outbox.put(group.id, value, true);
  };
  const say = (message, kind) => {
    status.textContent = message;
    status.dataset.kind = kind;
    shared.announce(message);
  };

  const notes = group.fields.filter(({ type }) => type === "note");
  const parts = [];
  if (!solo || notes.length) {
    parts.push(h("p", { class: "wk-title", id: title }, group.legend));
    parts.push(group.hint ? h("p", { class: "wk-hint", id: hint }, group.hint) : "");
  }
  for (const note of notes) {
    if (note.label && note.label !== group.legend) parts.push(h("p", {}, note.label));
    if (note.hint && note.hint !== group.hint) {
      parts.push(h("p", { class: "wk-hint" }, note.hint));
    }
  }
  parts.push(...fields.map(({ el }) => el));
  if (group.note) parts.push(h("p", { class: "wk-hint wk-note" }, group.note));
  if (group.action) {
    parts.push(h("button", { type: "button", class: "wk-button wk-primary", click: press },
      group.action));
  }
  if (fields.length) parts.push(status);
  const el = h("div", {
    class: "wk-card", "data-group": group.id, tabindex: "-1",
    role: solo ? null : "group",
    "aria-labelledby": solo ? null : title,
    "aria-describedby": !solo && group.hint ? hint : null,
  }, ...parts);

  let shut = "";
  const keepShut = () => {
    for (const part of el.querySelectorAll("input, select, textarea, button")) {
      part.disabled = Boolean(shut);
    }
  };
  return {
    id: group.id, el, fields,
    same: (other) => same(group, other),
    keeps: Boolean(group.action),
    /** Takes no more changes and says why; empty words open it again. */
    lock: (message) => {
      if (message === shut) return;
      const inside = message && el.contains(document.activeElement);
      if (inside) document.activeElement.blur();
      shut = message;
      el.classList.toggle("wk-shut", Boolean(message));
      keepShut();
      if (message) say(message, "shut");
      else status.textContent = "";
      // A focus that vanished would throw who uses the keyboard back to the top.
      if (inside) el.focus();
    },
    senders: group.action ? [group.id] : fields.map(({ id }) => id),
    /** Shows what became of a change; `fresh` if it happened just now. */
    receipt: (id, receipt, fresh) => {
      const { words } = shared;
      const target = targets.get(id);
      if (receipt.kind === "error") {
        const at = target?.field ?? fields.find((field) => field.id === receipt.field);
        at?.complain(receipt.message);
        status.textContent = at ? words.not_saved : receipt.message;
        status.dataset.kind = "error";
        if (fresh) shared.announce(receipt.message);
        return;
      }
      if (receipt.kind === "draft" && !receipt.key && target) target.final = false;
      const time = receipt.saved_at;
      const plain = receipt.kind === "draft" ? words.draft : words.saved;
      const timed = receipt.kind === "draft" ? words.draft_at : words.saved_at;
      const message = time ? fill(timed, { time }) : plain;
      status.textContent = receipt.message ? `${message}. ${receipt.message}` : message;
      status.dataset.kind = receipt.kind;
      if (group.action) dirty = false;
      if (fresh && receipt.kind === "saved") {
        for (const field of fields) if (!field.check()) field.complain("");
        shared.announce(status.textContent);
      }
    },
    /** Takes over what Python holds, unless somebody is at work here. */
    load: () => {
      const busy = [...timers.values()].some((timer) => timer !== undefined)
        || el.contains(document.activeElement)
        || (group.action ? dirty : false)
        || (group.action ? outbox.pending.has(group.id)
          : fields.some(({ id }) => outbox.pending.has(id)));
      if (!busy) load();
      if (shut) keepShut();
    },
    flush: () => {
      for (const [id, timer] of timers) if (timer !== undefined) deliver(id, false);
    },
    stop: () => timers.forEach((timer) => clearTimeout(timer)),
    /** Goes on where the same card, as it was drawn before, is left. */
    follow: (old) => {
      if (!old) return;
      for (const field of fields) {
        const before = old.fields.find(({ id }) => id === field.id);
        const value = before?.control.get() ?? null;
        if (before && !same(value, field.control.get())) field.control.set(value);
      }
      dirty = old.dirty();
    },
    dirty: () => dirty,
    choices: (all) => {
      for (const field of group.fields) {
        const control = fields.find(({ id }) => id === field.id)?.control;
        if (field.source && all[field.source]) control.setChoices(all[field.source]);
        for (const column of field.columns ?? []) {
          const list = column.source && all[column.source];
          if (list) control.setColumn(column.id, list);
        }
      }
    },
    hide: (ids) => {
      el.hidden = ids.has(group.id) || (solo && fields.some(({ id }) => ids.has(id)));
      for (const field of fields) field.el.hidden = !solo && ids.has(field.id);
    },
    waiting: (late) => {
      el.classList.toggle("wk-late", late);
      if (late) {
        // In JupyterLab the banner can be out of sight; this card is not.
        status.textContent = shared.words.lost;
        status.dataset.kind = "error";
      }
    },
  };
}

/** Remembers where somebody types in cards, to go on there in those drawn next. */
function caretIn(cards) {
  const at = document.activeElement;
  const field = cards.some(({ el }) => el.contains(at)) && at.closest("[data-field]");
  if (!field) return null;
  const controls = (where) => [...where.querySelectorAll("input, select, textarea, button")];
  const place = controls(field).indexOf(at);
  const { selectionStart, selectionEnd } = at;
  return (root) => {
    const again = root.querySelector(`[data-field="${CSS.escape(field.dataset.field)}"]`);
    const control = again && controls(again)[place];
    control?.focus({ preventScroll: true });
    if (typeof selectionStart === "number") {
      control?.setSelectionRange(selectionStart, selectionEnd);
    }
  };
}

function render({ model, el }) {
  const { lang, words } = model.get("spec");
  const live = h("p", { class: "wk-sr", role: "status" });
  const banner = h("p", { class: "wk-banner", hidden: true }, words.lost);
  const announce = (message) => {
    if (live.textContent !== message) live.textContent = message;
  };
  const outbox = new Outbox(model, (late) => {
    banner.hidden = !late;
    for (const card of cards) {
      card.waiting(late && card.senders.some((id) => outbox.pending.has(id)));
    }
    announce(late ? words.lost : words.back);
  });
  const watched = new Map();
  const watcher = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) watched.get(target)(contentRect.width);
  });
  const onWidth = (element, react) => {
    watched.set(element, react);
    watcher.observe(element);
  };
  const make = (group) =>
    makeGroup(group, { words, lang, announce, onWidth }, outbox, () => model.get("values") ?? {});
  let cards = model.get("spec").groups.map(make);
  const root = h("div", { class: "wk-form", lang }, ...cards.map((card) => card.el), banner, live);
  /** Draws other cards; those that stay are not touched, nor is the focus in them. */
  const spec = () => {
    const kept = new Map(cards.map((card) => [card.id, card]));
    const next = model.get("spec").groups.map((group) => {
      const card = kept.get(group.id);
      return card?.same(group) ? card : make(group);
    });
    const gone = cards.filter((old) => !next.includes(old));
    const caret = caretIn(gone);
    for (const card of gone) {
      next.find(({ id, keeps }) => keeps && id === card.id)?.follow(card);
      card.flush();
      card.stop();
      card.el.remove();
    }
    let place = root.firstChild;
    for (const card of next) {
      if (card.el === place) place = place.nextSibling;
      else root.insertBefore(card.el, place);
    }
    for (const card of next) if (!cards.includes(card)) forget(card);
    cards = next;
    known = {};
    choices();
    onReceipts(false);
    hidden();
    locked();
    caret?.(root);
  };
  const locked = () => {
    const why = model.get("locked") ?? {};
    for (const card of cards) card.lock(why[card.id] ?? "");
  };

  const shown = new Map();
  const onReceipts = (fresh) => {
    for (const [id, receipt] of Object.entries(model.get("receipts") ?? {})) {
      if (shown.get(id) === receipt.key || !outbox.settle(id, receipt)) continue;
      shown.set(id, receipt.key);
      for (const card of cards) {
        if (card.senders.includes(id)) card.receipt(id, receipt, fresh);
      }
    }
  };
  const forget = (card) => card.senders.forEach((id) => shown.delete(id));
  const receipts = () => onReceipts(true);
  const values = () => cards.forEach((card) => card.load());
  const hidden = () => {
    const ids = new Set(model.get("hidden") ?? []);
    cards.forEach((card) => card.hide(ids));
  };
  let known = {};
  const choices = () => {
    const all = model.get("choices") ?? {};
    const fresh = Object.entries(all).filter(([key, list]) => !same(list, known[key]));
    known = all;
    cards.forEach((card) => card.choices(Object.fromEntries(fresh)));
  };
  const leaving = () => {
    if (document.visibilityState === "hidden") cards.forEach((card) => card.flush());
  };

  choices();
  values();
  onReceipts(false);
  hidden();
  locked();
  const listeners = { receipts, values, hidden, choices, spec, locked };
  for (const [name, listen] of Object.entries(listeners)) model.on(`change:${name}`, listen);
  document.addEventListener("visibilitychange", leaving);
  root.addEventListener("keydown", guardKeys);
  el.append(root);

  return () => {
    cards.forEach((card) => card.flush());
    cards.forEach((card) => card.stop());
    for (const [name, listen] of Object.entries(listeners)) model.off(`change:${name}`, listen);
    document.removeEventListener("visibilitychange", leaving);
    outbox.close();
    watcher.disconnect();
    root.remove();
  };
}

export default { render };
