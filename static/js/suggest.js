// Names proposed while one types, from the address in data-suggests, into the field's own datalist.

const WAIT_MS = 200;

for (const around of document.querySelectorAll("[data-suggests]")) {
  const input = around.querySelector("input[list]");
  if (!input) continue;
  const list = input.list;
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(around.dataset.suggests, input, list), WAIT_MS);
  });
}

async function suggest(address, input, list) {
  const typed = input.value.trim();
  if (typed.length < 2) return;
  const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`).catch(() => null);
  if (!answer?.ok || answer.redirected || input.value.trim() !== typed) return;
  const { names } = await answer.json();
  list.replaceChildren(...names.map((name) => new Option(name, name)));
}
