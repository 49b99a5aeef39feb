// The queue of moderation while others work it: what they decided stays in its place and says so until the page is loaded
// again; what came since, and what moved up from a later page, is held behind the button, and the first alone is told.

import { counted } from "./words.js";

const queue = document.querySelector("[data-queue]");
const keysIn = (list) => list.dataset.queue.split(" ");
const keyOf = (item) => item.dataset.liveShell.replace("pending:", "");
const met = new Set(queue && keysIn(queue));
const settled = new Set();

const ways = {
  radio: (field) => field.checked !== field.defaultChecked,
  "select-one": (field) => [...field.options].some((option) => option.selected !== option.defaultSelected),
  textarea: (field) => field.value.trim() !== "",
};

// A decision that is being written or chosen stays; whoever sends it is told what has become of the text.
function isBegun(item) {
  const fields = [...item.querySelectorAll("input, select, textarea")];
  return item.contains(document.activeElement) || fields.some((field) => ways[field.type]?.(field));
}

function tell(items) {
  if (!items.length) return;
  const ref = items[0].querySelector(".queue__title a").textContent;
  const detail = counted(queue, "settled", items.length).replace("{ref}", ref);
  document.dispatchEvent(new CustomEvent("concertation:status", { detail }));
}

function settle(keys) {
  const news = [];
  for (const item of queue.children) {
    const isSettled = !keys.has(keyOf(item));
    item.classList.toggle("is-settled", isSettled && !isBegun(item));
    if (!isSettled) settled.delete(item);
    else if (!settled.has(item)) { settled.add(item); news.push(item); }
  }
  tell(news);
}

// The link to the next page stays after the last item of this page as it was loaded: the fetched one follows items that
// may still be hidden behind the button, and would pass over them.
function keepNextPage(page) {
  const [here, there] = [document, page].map((one) => one.querySelector("main .pagination a[rel=next]"));
  if (here && there) there.setAttribute("href", here.getAttribute("href"));
  else if (here && !there) page.querySelector("main .pagination")?.append(document.importNode(here, true));
  else there?.remove();
}

function compare({ detail: page }) {
  const next = page.querySelector("[data-queue]");
  if (!next) return;
  keepNextPage(page);
  settle(new Set(keysIn(next)));
  const shells = [...next.children].map((item) => document.importNode(item, true));
  const news = new Set(shells.filter((item) => !met.has(keyOf(item))));
  for (const key of keysIn(next)) met.add(key);
  queue.dispatchEvent(new CustomEvent("live:hide", { bubbles: true, detail: { shells, added: news } }));
}

if (queue) document.addEventListener("concertation:fetched", compare);
