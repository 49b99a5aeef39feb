/* Sort an ordered list by dragging the handle of a row; the buttons do it without this file. */

let held = null;

const rowOf = (handle) => handle.closest("tr, section");

/* The row before which the held one would come; none at the end. */
const nextAt = (y) =>
  held.others.find((row) => {
    const box = row.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });

function clear() {
  for (const row of [held.row, ...held.others]) delete row.dataset.drop;
}

async function move({ form, key, row, others }, next) {
  if (next) next.before(row);
  else others.at(-1).after(row);
  const body = new FormData(form);
  body.set("deplacer", `${key}:${next ? others.indexOf(next) : others.length}`);
  const sent = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!sent?.ok) location.reload();
}

function release({ type, clientY, key }) {
  if (!held || (key && key !== "Escape")) return;
  clear();
  if (type === "pointerup") move(held, nextAt(clientY));
  held = null;
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-drag]");
  if (!handle || event.button) return;
  event.preventDefault();
  const [id, key] = handle.dataset.drag.split(":");
  const row = rowOf(handle);
  const rows = [...document.querySelectorAll(`[data-drag^="${id}:"]`)].map(rowOf);
  held = { form: document.getElementById(id), key, row, others: rows.filter((one) => one !== row) };
});

document.addEventListener("pointermove", ({ clientY }) => {
  if (!held) return;
  clear();
  const next = nextAt(clientY);
  held.row.dataset.drop = "held";
  (next ?? held.others.at(-1)).dataset.drop = next ? "before" : "after";
  if (clientY < 48) scrollBy(0, -16);
  else if (clientY > innerHeight - 48) scrollBy(0, 16);
});

for (const type of ["pointerup", "pointercancel", "keydown"]) document.addEventListener(type, release);
