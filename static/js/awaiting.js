// Texts that wait for moderation have a list of their own; a text enters it or leaves it as it is decided upon.

const list = document.querySelector("[data-awaiting]");
const threads = document.querySelector(".threads[data-live-list]");

function place({ target }) {
  const row = target.matches("[data-live]") ? target : target.querySelector("[data-live]");
  const shell = row?.closest("[data-live-shell]");
  if (!shell || row.dataset.at === undefined) return; // a reply waits in its thread
  const home = row.dataset.at ? threads : list;
  if (shell.parentElement !== home) {
    if (home === list) list.append(shell);
    else threads.dispatchEvent(new CustomEvent("live:place", { bubbles: true, detail: { shell } }));
  }
  tidy();
}

const tidy = () => { list.parentElement.hidden = !list.childElementCount; };

if (list && threads) {
  for (const name of ["live:inserted", "live:replaced", "concertation:arrived"]) document.addEventListener(name, place);
  document.addEventListener("live:removed", tidy);
}
