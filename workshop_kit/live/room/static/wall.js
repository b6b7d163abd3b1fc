/** The page on the wall: how to join, what is asked, and the result once shown. */
import { drawResult } from "./draw.js";
import { banner, Countdown, Talk } from "./talk.js";

const at = (id) => document.getElementById(id);
const page = at("wall");
const words = JSON.parse(page.dataset.words);
const countdown = new Countdown(at("timer"), words);
let drawn = "";

function put(id, text) {
  const element = at(id);
  element.hidden = !text;
  if (element.textContent !== text) element.textContent = text;
}

function show(message) {
  put("title", message.title);
  countdown.set(message.timer);
  const { ballot, join } = message;
  page.classList.toggle("asking", Boolean(ballot));
  page.classList.toggle("telling", Boolean(ballot?.result));
  at("question").hidden = !ballot;
  at("join").hidden = !join;
  if (join) {
    put("address", join.address);
    if (at("code").textContent !== join.code) {
      put("code", join.code);
      at("qr").src = `${location.pathname}/qr.svg?${join.code.replace(" ", "")}`;
    }
  }
  put("here", words.here.replace("{n}", message.here));
  if (!ballot) return;
  put("about", ballot.about);
  const round = ballot.round > 1 ? ` · ${words.round.replace("{n}", ballot.round)}` : "";
  put("asked", ballot.label + round);
  put("hint", ballot.result ? "" : ballot.hint);
  put("said", ballot.said);
  at("progress").hidden = Boolean(ballot.result) || ballot.phase === "waiting";
  at("part").style.width = `${ballot.part}%`;
  const text = JSON.stringify(ballot.result);
  if (text === drawn) return;
  drawn = text;
  at("shown").replaceChildren(...(ballot.result ? [drawResult(ballot.result, words)] : []));
}

new Talk(`${location.pathname}/ws`, Number(page.dataset.protocol), {
  heard: (message) => message.type === "wall" && show(message),
  online: () => banner(at("banner"), ""),
  offline: () => banner(at("banner"), words.offline),
  refused: (word) => banner(at("banner"), words[word], { href: "", label: words.again }),
});
