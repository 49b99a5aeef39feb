/* Pending texts have a list of their own; a text enters and leaves it as moderation decides. What one has written oneself,
 * on another page, comes with the re-fetched page: it is in no event. */

import { all, insertRow } from "./rows.js";

const list = document.querySelector("[data-pending]");
const threads = document.querySelector(".threads[data-live-list]");
let latePage = null;

function moveToItsList({ target }) {
  const [row] = all(target, "[data-live]");
  const shell = row?.closest("[data-live-shell]");
  if (!shell || row.dataset.at === undefined) return; // a pending reply is in its thread
  const home = row.dataset.at ? threads : list;
  if (shell.parentElement !== home) {
    const focused = shell.contains(document.activeElement) ? document.activeElement : null;
    insertRow(shell, home);
    focused?.focus({ preventScroll: true });
  }
  hideIfEmpty();
}

const hideIfEmpty = () => { list.parentElement.hidden = !list.childElementCount; };

// While one's own text is being sent, the answer brings it.
function addOwn(page) {
  latePage = document.querySelector("[data-sending]") ? page : null;
  if (latePage) return;
  for (const row of page.querySelectorAll(".is-mine > .is-pending")) {
    const shell = row.closest("[data-live-shell]");
    const { liveList } = shell.parentElement.dataset;
    const home = liveList ? document.querySelector(`[data-live-list="${liveList}"]`) : list;
    if (!home || document.querySelector(`[data-live-shell="${shell.dataset.liveShell}"]`)) continue;
    const mine = document.importNode(shell, true);
    insertRow(mine, home);
    mine.dispatchEvent(new CustomEvent("concertation:arrived", { bubbles: true }));
  }
}

if (list && threads) {
  for (const name of ["live:inserted", "live:replaced", "concertation:arrived"]) document.addEventListener(name, moveToItsList);
  document.addEventListener("live:removed", hideIfEmpty);
}
document.addEventListener("concertation:fetched", ({ detail }) => addOwn(detail));
document.addEventListener("concertation:arrived", () => { if (latePage) addOwn(latePage); });
