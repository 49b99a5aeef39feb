/* The page re-fetches itself in the background, and merges what it got (merge.js):
 *
 *   at the instant in [data-changes-at], by the server's clock: phases open and close at their minute
 *   at an event without a row, and at one of an object in [data-refreshed-by]
 *   when a row with [data-refreshes] was replaced by a row of another value
 *   when a row was shown in a template with [data-refreshes], to a person with an account: what is theirs is in no event
 *
 * What [data-spoken] says is told to screen readers when it differs after.
 */

import { mergePage } from "./merge.js";
import { recordEvents } from "./replay.js";

const LONGEST_TIMER = 3_600_000; // a timer cannot last weeks, and a sleeping machine stops it
const SPREAD = 4_000; // readers of one page do not all fetch it in the same second
const SPREAD_EACH = 30; // nor a thousand of them in a few: so many milliseconds for each
const REST = 10_000; // between an instant or a failure and the next fetch
const TIMEOUT = 20_000;
const MOST_TRIES = 3; // of an instant that is in the fetched page too
const REPLIES_SHOWN = 3; // by a fresh load, in each thread

let skew = 0;
let readers = 1;
let timer = 0;
let notBefore = 0;
let restUntil = 0;
let isDue = false;
let isFetching = false;
const tries = new Map();
const unfolded = new Set();

const now = () => Date.now() + skew;

function nextChange() {
  const instants = [...document.querySelectorAll("[data-changes-at]")].map((one) => Date.parse(one.dataset.changesAt));
  return Math.min(...instants.filter((at) => !Number.isNaN(at) && !(tries.get(at) >= MOST_TRIES)));
}

function schedule() {
  clearTimeout(timer);
  if (document.hidden || isFetching) return;
  const at = isDue ? now() : nextChange();
  if (at === Infinity) return;
  const left = Math.max(at - now(), notBefore - Date.now(), 0);
  if (left > LONGEST_TIMER) timer = setTimeout(schedule, LONGEST_TIMER);
  else timer = setTimeout(refetch, left + Math.random() * Math.max(SPREAD, SPREAD_EACH * readers));
}

async function refetch() {
  notBefore = Date.now() + REST;
  isDue = false; // an event from here on may be missing in the fetched page, and makes it due again
  isFetching = true;
  const replay = recordEvents();
  const html = await fetchPage();
  const before = spoken();
  try {
    if (html !== null) mergePage(html);
    for (const [name, detail] of spoken()) {
      if (before.has(name) && before.get(name) !== detail) document.dispatchEvent(new CustomEvent("concertation:status", { detail }));
    }
  } finally {
    replay();
    isFetching = false;
    schedule();
  }
}

/* What the page says of its state, by name. */
function spoken() {
  const all = [...document.querySelectorAll("[data-spoken]")];
  return new Map(all.map((one) => [one.dataset.spoken, (one.querySelector("p") ?? one).textContent.replace(/\s+/g, " ").trim()]));
}

/* The HTML of this page, or null. */
async function fetchPage() {
  const at = nextChange();
  const isPast = at <= now();
  const numbers = [...unfolded];
  const url = new URL(location.href);
  for (const number of numbers) url.searchParams.append("fil", number);
  try {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT) });
    if (answer.status >= 500) throw new Error(String(answer.status));
    if (isPast) tries.set(at, (tries.get(at) ?? 0) + 1);
    if (answer.ok && new URL(answer.url).pathname === location.pathname) {
      const html = await answer.text();
      for (const number of numbers) unfolded.delete(number);
      return html;
    }
    document.dispatchEvent(new CustomEvent("live:stale"));
  } catch {
    isDue = true;
    restUntil = notBefore;
  }
  return null;
}

function makeDue() {
  isDue = true;
  notBefore = restUntil;
  schedule();
}

/* A reply that a fresh load would fold is fetched with its thread. */
function makeDueFor(row) {
  const list = row.closest("[data-live-list]");
  const isFolded = [...(list?.children ?? [])].indexOf(row.closest("[data-live-shell]")) >= REPLIES_SHOWN;
  const number = list?.id.match(/^fil-(\d+)$/)?.[1];
  if (number && isFolded && row.closest("live-room[data-may-write]")) unfolded.add(number);
  makeDue();
}

document.addEventListener("live:readers", ({ detail }) => { if (detail.readers) readers = detail.readers; });
document.addEventListener("live:clock", ({ detail }) => { skew = detail.skew; schedule(); });
document.addEventListener("live:event", ({ detail: { update, obj } }) => {
  if (update || document.querySelector(`[data-refreshed-by~="${CSS.escape(obj)}"]`)) makeDue();
});
document.addEventListener("live:replaced", ({ target, detail: { isFetched, was } }) => {
  const { refreshes } = target.dataset;
  if (!isFetched && refreshes !== was) makeDueFor(target);
  else schedule();
});
document.addEventListener("live:inserted", ({ target }) => {
  const name = target.dataset.liveShell?.split(":")[0];
  const hasOwn = name && document.querySelector(`template[data-live-template="${CSS.escape(name)}"][data-refreshes]`);
  if (hasOwn && target.closest("live-room[data-may-write]")) makeDueFor(target);
});
document.addEventListener("visibilitychange", schedule);
addEventListener("online", schedule);
schedule();
