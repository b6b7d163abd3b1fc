/**
 * The participant's page: the form of the notebooks, fed by the room.
 *
 * It holds nothing that would be missed: what is filled in is on the server, and
 * what is not there yet is kept here until it is.
 */
import form from "./form.js";
import { drawResult } from "./draw.js";
import { banner, Countdown, Talk } from "./talk.js";

const at = (id) => document.getElementById(id);
const page = at("room");
const { base } = document.body.dataset;
const words = JSON.parse(page.dataset.words);
const formWords = JSON.parse(page.dataset.formWords);
const countdown = new Countdown(at("timer"), words);

/** What the form takes for its model; a change goes out over the line. */
const listeners = new Map();
const state = {
  spec: { lang: document.documentElement.lang, words: formWords, groups: [] },
  values: {}, outbox: {}, receipts: {}, hidden: [], choices: {}, locked: {},
};
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  on: (event, listen) => listeners.set(event, [...(listeners.get(event) ?? []), listen]),
  off: (event, listen) =>
    listeners.set(event, (listeners.get(event) ?? []).filter((one) => one !== listen)),
  save_changes: () => {
    keep();
    talk.say({ type: "put", outbox: state.outbox });
  },
};

/**
 * What has no receipt yet survives on this device, so that a page that is closed
 * without a connection loses nothing. It is wiped as soon as the receipts are in.
 */
const KEPT = `workshop-${page.dataset.me}`;

function keep() {
  const changes = state.outbox;
  try {
    if (Object.keys(changes).length) localStorage.setItem(KEPT, JSON.stringify(changes));
    else localStorage.removeItem(KEPT);
  } catch {
    // A browser that keeps nothing still has the page itself.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function tell(changes) {
  const changed = Object.keys(changes).filter(
    (name) => JSON.stringify(state[name]) !== JSON.stringify(changes[name]));
  Object.assign(state, changes);
  for (const name of changed) {
    for (const listen of listeners.get(`change:${name}`) ?? []) listen();
  }
}

let results = new Map();

function showResults(shown) {
  const before = results;
  results = new Map(shown.map((result) => [result.id, JSON.stringify(result)]));
  at("results").hidden = !shown.length;
  const drawn = new Map([...at("shown").children].map((part) => [part.dataset.ballot, part]));
  at("shown").replaceChildren(...shown.map((result) => {
    if (before.get(result.id) === results.get(result.id)) return drawn.get(result.id);
    const part = drawResult(result, words);
    part.dataset.ballot = result.id;
    return part;
  }));
  return [...results.keys()].some((id) => before.get(id) !== results.get(id));
}

function showRoom(message) {
  const inForm = at("form").contains(document.activeElement);
  const moved = at("title").textContent !== message.title;
  at("title").textContent = message.title;
  const old = new Set(state.spec.groups.map(({ id }) => id));
  const asked = message.groups.filter(({ id }) => !message.hidden.includes(id));
  const fresh = asked.some(({ id }) => !old.has(id) && !message.locked[id]);
  // A round that starts anew has no receipts; those of drafts come along.
  if (!started) state.outbox = kept();
  const unsent = started ? {} : Object.fromEntries(
    Object.entries(state.outbox).map(([id, { value }]) => [id, value]));
  tell({ receipts: message.known, values: { ...message.values, ...unsent } });
  tell({ hidden: message.hidden, choices: message.choices });
  tell({ spec: { ...state.spec, groups: message.groups }, locked: message.locked });
  at("questions").hidden = !asked.length;
  const revealed = showResults(message.results);
  const open = asked.some(({ id }) => !message.locked[id]);
  at("waiting").hidden = open;
  // On a phone it would push away what has to be filled in.
  at("purpose").textContent = asked.length || message.results.length ? "" : message.purpose;
  countdown.set(message.timer);
  // Where the focus was, nothing may be any more.
  if (inForm && !at("form").contains(document.activeElement)) {
    (revealed ? at("results-title") : at("title")).focus();
  }
  if (started && (fresh || revealed || moved)) {
    at("news").textContent = fresh ? words.new_question
      : revealed ? words.new_result : message.title;
  }
  if (!started) start();
}

let started = false;

/** Draws the form once there is something to fill it with. */
function start() {
  started = true;
  form.render({ model, el: at("form") });
  if (Object.keys(state.outbox).length) model.save_changes();
}

const talk = new Talk(`${base}/ws`, Number(page.dataset.protocol), {
  heard(message) {
    if (message.type === "room") showRoom(message);
    else if (message.type === "receipts") {
      tell({ hidden: message.hidden, choices: message.choices });
      for (const [id, { key }] of Object.entries(message.receipts)) {
        if (state.outbox[id]?.key === key) delete state.outbox[id];
      }
      tell({ receipts: { ...state.receipts, ...message.receipts } });
      keep();
      at("questions").hidden =
        state.spec.groups.every(({ id }) => state.hidden.includes(id));
      banner(at("banner"), "");
    } else if (message.type === "trouble") banner(at("banner"), message.message);
  },
  online() {
    sessionStorage.removeItem("reloaded");
    banner(at("banner"), "");
    // What waited is sent again at once.
    window.dispatchEvent(new Event("online"));
  },
  offline: () => banner(at("banner"), words.offline),
  refused(word) {
    const again = { href: "", label: words.again };
    const join = { href: `${base}/`, label: words.join_again };
    const action = word === "stranger" ? join : word === "too_long" ? null : again;
    banner(at("banner"), words[word], action);
  },
});
