/** What the panel is made of: lists that stand still, and fields that follow. */

import { h, same } from "./elements.js";

export function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

export function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// ------------------------------------------------------- lists that stand still

/**
 * Brings a list up to date: one element per id, made once. The element in which
 * somebody is at work never moves; the others move around it.
 */
export function keyed(parent, make) {
  const known = new Map();
  return (items) => {
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, part] of known) {
      if (ids.has(id)) continue;
      part.el.remove();
      known.delete(id);
    }
    for (const item of items) {
      if (!known.has(item.id)) known.set(item.id, make(item));
      known.get(item.id).update?.(item);
    }
    const wanted = items.map(({ id }) => known.get(id).el);
    if (same([...parent.children].map((el) => wanted.indexOf(el)), wanted.map((_, i) => i))) {
      return;
    }
    const still = wanted.findIndex((el) => el.contains(document.activeElement));
    for (const el of wanted.slice(0, Math.max(0, still))) wanted[still].before(el);
    for (const el of wanted.slice(still + 1)) parent.append(el);
  };
}

/** Options of a select; what somebody is choosing at this moment is left alone. */
export function options(select) {
  let drawn = null;
  return (items, chosen) => {
    if (document.activeElement !== select || !drawn) {
      if (!same(items, drawn)) {
        drawn = items;
        select.replaceChildren(
          ...items.map(({ id, label }) => h("option", { value: id }, label)),
        );
      }
    }
    if (document.activeElement !== select) select.value = chosen;
  };
}

/** A text field that takes over words from elsewhere unless somebody typed in it. */
export function follows(input) {
  let taken = "";
  return (value) => {
    if (value === taken) return;
    const typed = input.value !== taken || document.activeElement === input;
    taken = value;
    if (!typed) input.value = value;
  };
}
