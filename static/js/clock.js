// Phases open and close at their minute: by this page's own clock, corrected by the server's, which live.js tells.
// At the instant in data-changes-at, when a row with data-refreshes was replaced (with a value: by one with another value),
// when a row came whose surroundings are the person's own, or at news of an object named in data-refreshed-by, the page asks for itself again and takes over its rows ([data-live]) and its parts
// ([data-part="name"]). What a person types or selects is never touched.

import { listenMeanwhile } from "./meanwhile.js";
import { mergePage } from "./merge.js";

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
const unfolded = new Set();

const now = () => Date.now() + skew;

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
      mergePage(await answer.text());
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

function say(detail) {
  document.dispatchEvent(new CustomEvent("concertation:status", { detail }));
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
  const { refreshes } = target.dataset;
  if (detail.isFetched) {
    if (refreshes === "") say((target.querySelector("p") ?? target).textContent.trim());
  } else if (refreshes === "" || refreshes !== detail.was) wantAround(target);
  else arm();
});
// Who only reads has nothing of their own there.
document.addEventListener("live:inserted", ({ target }) => {
  const name = target.dataset.liveShell?.split(":")[0];
  const isOwn = name && document.querySelector(`template[data-live-template="${CSS.escape(name)}"][data-refreshes]`);
  if (isOwn && target.closest("live-room[data-may-write]")) wantAround(target);
});
document.addEventListener("live:told", ({ detail }) => {
  if (document.querySelector(`[data-refreshed-by~="${CSS.escape(detail.obj)}"]`)) want();
});
document.addEventListener("visibilitychange", arm);
addEventListener("online", arm);
arm();
