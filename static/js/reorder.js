/* Sort an ordered list by dragging the handle of a row; « Monter » and « Descendre » do it without this file. */

let held = null;

const rowOf = (handle) => handle.closest("tr, section");
const others = () =>
  [...document.querySelectorAll(`[data-drag^="${held.form.id}:"]`)].map(rowOf).filter((row) => row !== held.row);

/* The row before which the held one would come, and none at the end. */
function follower(y) {
  return others().find((row) => {
    const box = row.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
}

function mark(next) {
  for (const row of others()) row.classList.remove("drop-before", "drop-after");
  if (next) next.classList.add("drop-before");
  else others().at(-1)?.classList.add("drop-after");
}

function release() {
  for (const row of [held.row, ...others()]) row.classList.remove("is-held", "drop-before", "drop-after");
  held = null;
}

async function move({ form, key, row }, next, rows) {
  const place = next ? rows.indexOf(next) : rows.length;
  if (next) next.before(row);
  else rows.at(-1).after(row);
  const body = new FormData(form);
  body.set("deplacer", `${key}:${place}`);
  const sent = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!sent?.ok) location.reload();
}

document.addEventListener("pointerdown", (event) => {
  const handle = event.target.closest("[data-drag]");
  if (!handle || event.button) return;
  event.preventDefault();
  const [id, key] = handle.dataset.drag.split(":");
  held = { form: document.getElementById(id), key, row: rowOf(handle) };
  held.row.classList.add("is-held");
});

document.addEventListener("pointermove", ({ clientY }) => {
  if (!held) return;
  mark(follower(clientY));
  if (clientY < 48) scrollBy(0, -16);
  else if (clientY > innerHeight - 48) scrollBy(0, 16);
});

document.addEventListener("pointerup", ({ clientY }) => {
  if (!held) return;
  const [mine, next, rows] = [held, follower(clientY), others()];
  release();
  if (rows.length && mine.row.nextElementSibling !== (next ?? null)) move(mine, next, rows);
});

document.addEventListener("pointercancel", () => held && release());
document.addEventListener("keydown", ({ key }) => held && key === "Escape" && release());
