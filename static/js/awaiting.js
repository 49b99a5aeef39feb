// Texts that wait for moderation have a list of their own; a text enters it or leaves it as it is decided upon. What one has
// written oneself, on another page, comes with this page asked for again: it is in no frame.

const list = document.querySelector("[data-awaiting]");
const threads = document.querySelector(".threads[data-live-list]");
let late = null;

function place({ target }) {
  const row = target.matches("[data-live]") ? target : target.querySelector("[data-live]");
  const shell = row?.closest("[data-live-shell]");
  if (!shell || row.dataset.at === undefined) return; // a reply waits in its thread
  const home = row.dataset.at ? threads : list;
  if (shell.parentElement !== home) {
    const focused = shell.contains(document.activeElement) ? document.activeElement : null;
    if (home === list) list.append(shell);
    else threads.dispatchEvent(new CustomEvent("live:place", { bubbles: true, detail: { shell } }));
    focused?.focus({ preventScroll: true });
  }
  tidy();
}

const tidy = () => { list.parentElement.hidden = !list.childElementCount; };

// While one's own text is being sent, it is the answer that brings it.
function bringOwn(page) {
  late = document.querySelector("[data-sending]") ? page : null;
  if (late) return;
  for (const row of page.querySelectorAll(".is-mine > .is-pending")) {
    const shell = row.closest("[data-live-shell]");
    const { liveList } = shell.parentElement.dataset;
    const home = liveList ? document.querySelector(`[data-live-list="${liveList}"]`) : list;
    if (!home || document.querySelector(`[data-live-shell="${shell.dataset.liveShell}"]`)) continue;
    const mine = document.importNode(shell, true);
    if (liveList) home.dispatchEvent(new CustomEvent("live:place", { bubbles: true, detail: { shell: mine } }));
    else home.append(mine);
    mine.dispatchEvent(new CustomEvent("concertation:arrived", { bubbles: true }));
  }
}

if (list && threads) {
  for (const name of ["live:inserted", "live:replaced", "concertation:arrived"]) document.addEventListener(name, place);
  document.addEventListener("live:removed", tidy);
}
document.addEventListener("concertation:fetched", ({ detail }) => bringOwn(detail));
document.addEventListener("concertation:arrived", () => { if (late) bringOwn(late); });
