/**
 * Draws what the room answered: a table whose bars only repeat its figures, so
 * that it can be read aloud, printed in black and white, and with colours off.
 *
 * What people wrote only ever becomes text, never markup.
 */

function make(tag, name, ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** A bar of one's own share; the share of the round before is an empty frame on it. */
function bar({ width, was }) {
  const now = make("span", "wk-bar-now");
  now.style.width = `${width}%`;
  const box = make("span", "wk-bar", now);
  if (was !== null && was !== undefined) {
    const before = make("span", "wk-bar-before");
    before.style.width = `${was}%`;
    box.append(before);
  }
  box.setAttribute("aria-hidden", "true");
  return box;
}

function heading(words, count, compared) {
  const names = [words.choice, count, words.share];
  if (compared) names.push(words.before);
  const cells = names.map((name) => {
    const cell = make("th", "", name);
    cell.scope = "col";
    return cell;
  });
  return make("thead", "", make("tr", "", ...cells));
}

function line(item, compared) {
  const label = make("th", "", make("span", "wk-bar-label", item.label), bar(item));
  label.scope = "row";
  const figures = [item.n, item.share];
  if (compared) figures.push(item.before);
  return make("tr", "", label, ...figures.map((figure) => make("td", "", figure)));
}

const list = (name, items) =>
  make("ul", name, ...items.map((words) => make("li", "", words)));

/** How many said the same stands apart: words that look like a number are only words. */
const said = ({ text, times }) => make(
  "li", "", text, ...(times ? [" ", make("span", "wk-result-times", times)] : []),
);

/**
 * Returns a result as an element.
 *
 * `result` is what `Result.page` in results.py returns; `words` has choice, share,
 * before, round and own_words.
 */
export function drawResult(result, words) {
  const { bars, compared } = result;
  const title = make("h3", "wk-result-title", result.label);
  const round = result.round > 1 ? ` · ${words.round.replace("{n}", result.round)}` : "";
  const parts = [
    result.about ? make("p", "wk-result-about", result.about) : null,
    title,
    make("p", "wk-result-said", result.said + round),
  ];
  if (bars.length) {
    const caption = make("caption", "wk-sr", result.label);
    const rows = bars.map((item) => line(item, compared));
    const table = make(
      "table", "wk-result-table", caption, heading(words, result.count, compared),
      make("tbody", "", ...rows),
    );
    parts.push(table);
  }
  if (result.words.length) {
    if (bars.length) parts.push(make("p", "wk-result-small", words.own_words));
    parts.push(make("ul", "wk-result-words", ...result.words.map(said)));
  }
  if (result.verdict?.length) parts.push(list("wk-result-verdict", result.verdict));
  if (result.remarks.length) parts.push(list("wk-result-remarks", result.remarks));
  const drawn = make("section", "wk-result", ...parts);
  drawn.setAttribute("aria-label", result.label);
  drawn.dataset.ballot = result.id;
  return drawn;
}
