// Phases open and close at their minute: by this page's own clock, corrected by the server's, which live.js tells.
// At the instant in data-changes-at, when a row with data-refreshes was replaced (with a value: by one with another value),
// when a row came whose surroundings are the person's own, or at news of an object named in data-refreshed-by, the page asks for itself again and takes over its rows ([data-live]) and its parts
// ([data-part="name"]). What a person types or selects is never touched.

import { listenMeanwhile } from "./meanwhile.js";

const LONGEST_WAIT = 3_600_000; // a timer cannot wait for weeks, and a sleeping machine stops it
const SPREAD = 4_000; // readers of one page do not all ask in the same second
const EACH = 30; // nor a thousand of them in a few: so many milliseconds for each
const AGAIN_AFTER = 10_000;
const PATIENCE = 20_000;
const TIMES = 3; // an instant that an answer leaves as it is
const REPLIES_SHOWN = 3; // by a fresh load, in each thread

let skew = 0;
let timer = 0;
let notBefore = 0;
let restUntil = 0;
let readers = 1;
const asked = new Map();
let isWanted = false;
let isAsking = false;
let isRefreshing = false;
let fetched = null;
const unfolded = new Set();

const now = () => Date.now() + skew;
const versionOf = (row) => Number(row.dataset.version);
const named = (root, part) => root.querySelector(`[data-part="${CSS.escape(part.dataset.part)}"]`);
const rowIn = (root, row) => root.querySelector(`[data-live="${CSS.escape(row.dataset.live)}"]`);

function nextChange() {
  const instants = [...document.querySelectorAll("[data-changes-at]")].map((one) => Date.parse(one.dataset.changesAt));
  return Math.min(...instants.filter((at) => !Number.isNaN(at) && !(asked.get(at) >= TIMES)));
}

function arm() {
  clearTimeout(timer);
  if (document.hidden || isAsking) return;
  const at = isWanted ? now() : nextChange();
  if (at === Infinity) return;
  const left = Math.max(at - now(), notBefore - Date.now(), 0);
  if (left > LONGEST_WAIT) timer = setTimeout(arm, LONGEST_WAIT);
  else timer = setTimeout(refresh, left + Math.random() * Math.max(SPREAD, EACH * readers));
}

async function refresh() {
  notBefore = Date.now() + AGAIN_AFTER;
  const at = nextChange();
  const isPast = at <= now();
  isWanted = false; // what is told from here on may not be in the answer, and asks again
  isAsking = true;
  const tellAgain = listenMeanwhile();
  try {
    const options = { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
    const numbers = [...unfolded];
    const answer = await fetch(address(numbers), options);
    if (isPast && answer.status < 500) asked.set(at, (asked.get(at) ?? 0) + 1);
    if (answer.ok && new URL(answer.url).pathname === location.pathname) {
      for (const number of numbers) unfolded.delete(number);
      fetched = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.dispatchEvent(new CustomEvent("concertation:fetched", { detail: fetched }));
      takeOver();
    } else if (answer.status < 500) {
      document.dispatchEvent(new CustomEvent("live:stale"));
    } else {
      failed();
    }
  } catch { failed(); /* the network is away; the timer asks again */ }
  tellAgain();
  isAsking = false;
  arm();
}

function failed() {
  isWanted = true;
  restUntil = notBefore;
}

function address(numbers) {
  const url = new URL(location.href);
  for (const number of numbers) url.searchParams.append("fil", number);
  return url;
}

function takeOver() {
  isRefreshing = true;
  const parts = [...document.querySelectorAll("[data-part]")].map(renewPart);
  const rows = [...document.querySelectorAll("[data-live]")].map(renewRow);
  isRefreshing = false;
  if ([...parts, ...rows].every(Boolean)) fetched = null;
}

// Both answer whether the page now has what was fetched; what is in use is taken over when it is left.

function renewPart(part) {
  const next = named(fetched, part);
  if (!next || same(part, next)) return true;
  if (holdsText(part)) { warn(part, next); return true; }
  if (isInUse(part)) return false;
  const copy = document.importNode(next, true);
  for (const row of copy.querySelectorAll("[data-live]")) {
    const mine = rowIn(part, row);
    if (mine && versionOf(mine) > versionOf(row)) row.replaceWith(mine.cloneNode(true));
  }
  part.replaceWith(copy);
  copy.dispatchEvent(new CustomEvent("concertation:arrived", { bubbles: true }));
  return true;
}

function renewRow(row) {
  const next = rowIn(fetched, row);
  if (!next || versionOf(next) < versionOf(row) || same(row, next)) return true;
  if (isInUse(row)) return false;
  const copy = document.importNode(next, true);
  row.replaceWith(copy);
  if (copy.dataset.refreshes === "") say((copy.querySelector("p") ?? copy).textContent.trim());
  copy.dispatchEvent(new CustomEvent("live:replaced", { bubbles: true }));
  return true;
}

// What scripts add to a row or a part is not a difference.
function same(mine, theirs) {
  return bare(mine) === bare(theirs);
}

function bare(element) {
  const copy = element.cloneNode(true);
  for (const one of [copy, ...copy.querySelectorAll("*")]) {
    one.classList.remove("is-fresh");
    if (!one.classList.length) one.removeAttribute("class");
    for (const name of ["tabindex", "aria-pressed", "open"]) one.removeAttribute(name);
    if (["csrfmiddlewaretoken", "client_uuid"].includes(one.name)) one.removeAttribute("value");
  }
  return copy.outerHTML;
}

function holdsText(part) {
  const fields = [...part.querySelectorAll("textarea, input[type=text]")].filter((field) => field.value.trim());
  // What the server gave back to be mended is its form's own text, and the person's all the same.
  const isGivenBack = part.querySelector("[aria-invalid=true], .form-errors, form[data-unsent]");
  return fields.some((field) => isGivenBack || field.value !== field.defaultValue);
}

function isInUse(element) {
  const selection = getSelection();
  const isSelected = selection && !selection.isCollapsed && selection.containsNode(element, true);
  return element.contains(document.activeElement) || Boolean(isSelected);
}

// The form stays with its words; a notice says that they can no longer be sent, as long as that is so.
function warn(part, next) {
  const notice = document.getElementById("closed-meanwhile")?.content.firstElementChild;
  part.querySelector(".closed-meanwhile")?.remove();
  if (notice && !next.querySelector("form")) part.prepend(notice.cloneNode(true));
}

function say(detail) {
  document.dispatchEvent(new CustomEvent("concertation:status", { detail }));
}

function onceLeft() {
  if (fetched && !isRefreshing) takeOver();
}

// A reply that a fresh load would fold is asked for with its thread.
function wantAround(row) {
  const list = row.closest("[data-live-list]");
  const isFolded = [...(list?.children ?? [])].indexOf(row.closest("[data-live-shell]")) >= REPLIES_SHOWN;
  const number = list?.id.match(/^fil-(\d+)$/)?.[1];
  if (number && isFolded && row.closest("live-room[data-may-write]")) unfolded.add(number);
  want();
}

function want() {
  isWanted = true;
  notBefore = restUntil;
  arm();
}

document.addEventListener("live:readers", ({ detail }) => { if (detail.readers) readers = detail.readers; });
document.addEventListener("live:clock", ({ detail }) => { skew = detail.skew; arm(); });
document.addEventListener("live:replaced", ({ target, detail }) => {
  if (isRefreshing) return;
  const { refreshes } = target.dataset;
  if (refreshes === "" || refreshes !== detail?.was?.dataset.refreshes) wantAround(target);
  else arm();
});
// Who only reads has nothing of their own there.
document.addEventListener("live:inserted", ({ target }) => {
  if (target.querySelector("[data-part]") && target.closest("live-room[data-may-write]")) wantAround(target);
});
document.addEventListener("live:told", ({ detail }) => {
  if (document.querySelector(`[data-refreshed-by~="${CSS.escape(detail.obj)}"]`)) want();
});
document.addEventListener("visibilitychange", arm);
document.addEventListener("selectionchange", onceLeft);
document.addEventListener("focusout", () => setTimeout(onceLeft));
addEventListener("online", arm);
arm();
