// The queue of moderation while others work it: what they decided stays in its place and says so until the page is loaded
// again; what came since is held behind the button.

const queue = document.querySelector("[data-queue]");

// A decision that is being written stays; whoever sends it is told what has become of the text.
function isBegun(item) {
  const fields = [...item.querySelectorAll("textarea")];
  return item.contains(document.activeElement) || fields.some((field) => field.value.trim());
}

function compare({ detail: page }) {
  const next = page.querySelector("[data-queue]");
  if (!next) return;
  const waiting = new Set(next.dataset.queue.split(" "));
  for (const item of queue.children) {
    const isSettled = !waiting.has(item.dataset.liveShell.replace("waiting:", ""));
    item.classList.toggle("is-settled", isSettled && !isBegun(item));
  }
  const shells = [...next.children].map((item) => document.importNode(item, true));
  queue.dispatchEvent(new CustomEvent("live:hold", { bubbles: true, detail: { shells } }));
}

if (queue) document.addEventListener("concertation:fetched", compare);
