// What the web site does by itself, with nothing fetched from elsewhere: search, the list of what
// is on a page, and code that can be copied.
"use strict";

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// ---- On this page ----------------------------------------------------------------------------

function listHeadings(nav) {
  const top = element("ul", {});
  let last = top;
  for (const heading of document.querySelectorAll("main h2, main h3")) {
    const id = heading.id || heading.parentElement.id;
    if (!id || heading.hasAttribute("data-toc-skip")) continue;
    const link = element("a", { href: "#" + id }, heading.textContent.trim());
    const item = element("li", {}, link);
    if (heading.tagName === "H2") {
      top.append(item);
      last = item;
    } else {
      if (!last.querySelector("ul") && last !== top) last.append(element("ul", {}));
      (last.querySelector("ul") || top).append(item);
    }
  }
  if (top.children.length) nav.append(top);
  else nav.remove();
}

// ---- Copy ------------------------------------------------------------------------------------

// The code of a block without what it prints.
function codeOf(block) {
  const lines = block.querySelector("pre").textContent.split("\n");
  return lines.filter((line) => !line.startsWith("#>")).join("\n").trim() + "\n";
}

function addCopy(block) {
  const button = element("button", { class: "copy", type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(codeOf(block));
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  block.append(button);
}

// ---- Search ----------------------------------------------------------------------------------

// search.js puts the index into this variable; it is read when somebody wants to search. A script
// and not search.json, which a page that is opened as a file may not read.
let index = null;

function loadIndex(field) {
  if (index) return index;
  index = new Promise((resolve) => {
    const source = field.dataset.searchIndex.replace(/[.]json$/, ".js");
    const script = element("script", { src: source });
    script.addEventListener("load", () => resolve(window.searchIndex));
    document.head.append(script);
  });
  return index;
}

const fields = [["what", 8], ["title", 5], ["previous_headings", 3], ["text", 1], ["code", 1]];

// How well a place answers: every word has to be somewhere in it, better in its name than its text.
function score(place, words) {
  let total = 0;
  for (const word of words) {
    let best = 0;
    for (const [field, weight] of fields) {
      const text = String(place[field] || "").toLowerCase();
      if (text.includes(word)) best = Math.max(best, text === word ? 2 * weight : weight);
    }
    if (!best) return 0;
    total += best;
  }
  return total;
}

function find(places, query) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = {};
  return places
    .map((place) => ({ place, score: score(place, words) }))
    .filter((found) => found.score > 0)
    .sort((a, b) => b.score - a.score)
    .map((found) => found.place)
    .filter((place) => (seen[place.path] = (seen[place.path] || 0) + 1) <= 3) // a page is not all
    .slice(0, 12);
}

function row(place, root, number) {
  const where = root + place.path.replace(/^\//, "") + (place.id ? "#" + place.id : "");
  const title = place.what || place.title;
  const above = [place.dir, place.title, place.previous_headings];
  const within = above.filter((part) => part && part !== title);
  const link = element("a", { href: where, tabindex: "-1" }, title);
  link.append(element("small", {}, within.join(" › ")));
  return element("li", { role: "option", id: "search-" + number, "aria-selected": "false" }, link);
}

function makeSearch(field) {
  const root = field.dataset.searchIndex.replace(/search[.]json$/, "");
  const list = element("ul", { id: "search-found", role: "listbox", "aria-label": "Found" });
  const said = element("p", { class: "visually-hidden", role: "status" });
  field.form.append(list, said);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-label", "Search");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  let at = -1;

  const choose = (to) => {
    at = to;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };

  const show = (items, text) => {
    list.replaceChildren(...items);
    field.setAttribute("aria-expanded", String(items.length > 0));
    said.textContent = text;
    choose(-1);
  };

  field.addEventListener("input", async () => {
    const query = field.value.trim();
    if (query.length < 2) return show([], "");
    const found = find(await loadIndex(field), query);
    if (query !== field.value.trim()) return; // typed on meanwhile
    if (found.length) show(found.map((place, i) => row(place, root, i)), found.length + " found");
    else {
      const nothing = "Nothing found";
      show([element("li", { role: "option", "aria-disabled": "true" }, nothing)], nothing);
    }
  });

  field.addEventListener("keydown", (event) => {
    const links = list.querySelectorAll("a");
    if (event.key === "Escape") show([], "");
    else if (event.key === "ArrowDown" && links.length) choose((at + 1) % links.length);
    else if (event.key === "ArrowUp" && links.length) choose(at <= 0 ? links.length - 1 : at - 1);
    else if (event.key === "Enter") { if (links.length) links[Math.max(at, 0)].click(); }
    else return;
    event.preventDefault();
  });
  field.form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    if (!field.form.contains(event.target)) show([], "");
  });
}

for (const nav of document.querySelectorAll("nav#toc")) listHeadings(nav);
if (navigator.clipboard) document.querySelectorAll("div.sourceCode").forEach(addCopy);
for (const field of document.querySelectorAll("#search-input")) makeSearch(field);
