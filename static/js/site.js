// What makes plain pages smoother: menus, dialogs, toasts, counters, marks. Each works without this file.
// Scripts speak to each other by events: "concertation:status" and "concertation:toast" say something,
// "concertation:arrived" on an element says that it has just been put into the page.

import { counted } from "./words.js";

const UNDO_MS = 10_000;
const STATUS_EVERY_MS = 2_000;
const STATUS_SHOWN_MS = 6_000;

// Menus: one open at a time; Escape and a click elsewhere close it.

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

// Dialogs: a link or button with data-opens opens the one it names, when it is on the page.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog?.showModal) return;
    event.preventDefault();
    dialog.showModal();
  } else if (event.target instanceof HTMLDialogElement) {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

// Status line: one sentence at a time, the last one wins.

const line = document.getElementById("status");
let waiting = null;
let lastSaid = 0;
let timer = 0;
let clearing = 0;

function sayNow() {
  timer = 0;
  lastSaid = performance.now();
  line.textContent = waiting.text ?? waiting;
  line.classList.toggle("visually-hidden", Boolean(waiting.text));
  clearTimeout(clearing);
  clearing = setTimeout(() => (line.textContent = ""), STATUS_SHOWN_MS);
}

document.addEventListener("concertation:status", (event) => {
  waiting = event.detail;
  if (!line || timer) return;
  timer = setTimeout(sayNow, Math.max(0, lastSaid + STATUS_EVERY_MS - performance.now()));
});

// Toasts: an act can be undone for ten seconds; the clock stops while one points at it or is on it.

const toasts = document.getElementById("toasts");

function keepTime(toast) {
  let left = UNDO_MS;
  let since = performance.now();
  let clock = setTimeout(leave, left);
  function leave() {
    toast.remove();
    toasts.hidden = !toasts.childElementCount;
  }
  function stop() {
    clearTimeout(clock);
    left -= performance.now() - since;
  }
  function go() {
    since = performance.now();
    clearTimeout(clock);
    clock = setTimeout(leave, Math.max(left, 2_000));
  }
  toast.addEventListener("mouseenter", stop);
  toast.addEventListener("mouseleave", go);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("focusout", go);
}

function show(toast) {
  toasts.hidden = false;
  toasts.append(toast);
  keepTime(toast);
}

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
}

document.addEventListener("concertation:toast", (event) => {
  const { text, undo } = event.detail;
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector(".toast__text").textContent = text;
  const form = toast.querySelector("form");
  if (undo && token()) {
    form.action = undo;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken" });
    field.value = token();
    form.append(field);
  } else {
    form.remove();
  }
  show(toast);
  document.dispatchEvent(new CustomEvent("concertation:status", { detail: { text } }));
});

if (toasts) document.querySelectorAll(".messages .toast[data-undo]").forEach(show);

// What stands in a freshly loaded or swapped part of the page.

function countLetters(area) {
  const max = Number(area.getAttribute("maxlength"));
  if (!max || area.nextElementSibling?.matches(".field__left")) return;
  const left = Object.assign(document.createElement("p"), { className: "field__left number", hidden: true });
  area.after(left);
  const tell = () => {
    const rest = max - [...area.value].length;
    left.hidden = rest > max * 0.2;
    left.textContent = counted(area, "left", rest);
  };
  area.addEventListener("input", tell);
  tell();
}

function markReactions(root) {
  for (const button of root.querySelectorAll(".contribution-shell > .contribution .reaction")) {
    const mine = button.closest(".contribution-shell").dataset.reaction;
    button.setAttribute("aria-pressed", String(button.value.endsWith(`:${mine}`)));
  }
}

function dress(root) {
  root.querySelectorAll("textarea[data-left-many]").forEach(countLetters);
  markReactions(root);
}

dress(document);
document.addEventListener("concertation:arrived", (event) => dress(event.target));

// Errors of a form come first: the summary takes the focus.
document.querySelector("[data-focus]")?.focus();
