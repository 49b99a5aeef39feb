/* Rows and what surrounds them: where they are, in which order, whether one of them is in use, how one takes another's
 * place. */

export const quoted = (obj) => CSS.escape(obj);
export const rowsOf = (obj) => document.querySelectorAll(`[data-live="${quoted(obj)}"]`);
// Also what a link counts and unfolds.
export const isShown = (obj) =>
  ["live=", "live-shell=", "folded~="].some((name) => document.querySelector(`[data-${name}"${quoted(obj)}"]`));
export const shellOf = (row, obj) => row.closest(`[data-live-shell="${quoted(obj)}"]`) ?? row;

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

export function settle(element, name, detail) {
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

const KEYED = /^(data-live.*|id|for|name|value|href|action|formaction|aria-.*|data-.*)$/;

export function shellAround(row, { obj, data }) {
  const [name, key] = obj.split(":");
  const template = document.querySelector(`template[data-live-template="${CSS.escape(name)}"]`);
  if (!template) return row;
  const shell = template.content.firstElementChild.cloneNode(true);
  if (data?.parent != null) for (const part of shell.querySelectorAll("[data-live-root]")) part.remove();
  for (const element of [shell, ...shell.querySelectorAll("*")]) {
    for (const { name: attribute, value } of [...element.attributes]) {
      if (KEYED.test(attribute)) element.setAttribute(attribute, value.replace(/(^|[:\-/])0(?![0-9])/g, `$1${key}`));
    }
  }
  (shell.querySelector("[data-live-here]") ?? shell).replaceWith(row);
  return shell.isConnected || shell.contains(row) ? shell : row;
}

/* The value that orders a row, wherever it stands in what surrounds it. */
const keyOf = (shell, name) => shell.dataset[name] ?? shell.querySelector(`[data-${name}]`)?.dataset[name] ?? "";
const pathOf = (shell) => keyOf(shell, "path");
const momentOf = (shell) => Number(keyOf(shell, "at"));

const AFTER = {
  path: (one, other) => pathOf(one) > pathOf(other),
  latest: (one, other) => (momentOf(other) - momentOf(one) || pathOf(other) > pathOf(one)) > 0,
};

const TYPED = "input:not([type=button],[type=submit],[type=checkbox],[type=radio]), textarea, select, [contenteditable]";

// A button is pressed by a key from its going down to its coming up.
let isKeyDown = false;
document.addEventListener("keydown", (event) => { isKeyDown = event.key === " "; }, true);
document.addEventListener("keyup", () => { isKeyDown = false; });

/* Whether replacing this row would take a caret, a selection or a button that is being pressed from under the reader. */
export function isInUse(row) {
  if (row.matches(":active") || (isKeyDown && row.contains(document.activeElement))) return true;
  if (document.activeElement?.matches(TYPED) && row.contains(document.activeElement)) return true;
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && selection.containsNode(row, true));
}

/* Whether someone writes in what surrounds a row: their form has the focus, or words of theirs. */
export function isWrittenIn(shell) {
  return shell.querySelector("form:focus-within") !== null
    || [...shell.querySelectorAll("textarea")].some((field) => field.value.trim());
}

/* Where the focus is in a row, in a way that can be found again in its next version. */
function focusIn(row) {
  const element = document.activeElement;
  for (const attribute of ["id", "value", "href", "name"]) {
    const value = element.getAttribute(attribute);
    if (value) return `${element.localName}[${attribute}="${CSS.escape(value)}"]`;
  }
  return ":scope";
}

/* The focus stays where it was, or on the row if that is no more. */
function focusAgain(copy, where) {
  copy.querySelector(where)?.focus({ preventScroll: true });
  if (copy.contains(document.activeElement)) return;
  copy.tabIndex = -1;
  copy.focus({ preventScroll: true });
}

export function swap(row, next) {
  const copy = next.cloneNode(true);
  const focused = row.contains(document.activeElement) ? focusIn(row) : null;
  const open = [...row.querySelectorAll("details")].map((details) => details.open);
  copy.querySelectorAll("details").forEach((details, index) => { details.open = open[index] ?? details.open; });
  row.replaceWith(copy);
  if (focused) focusAgain(copy, focused);
  settle(copy, "live:replaced", { was: row });
}

/* Where a fresh load would show it. */
export function place(shell, list) {
  const isAfter = AFTER[list.dataset.liveOrder];
  const later = isAfter ? [...list.children].find((other) => other !== shell && isAfter(other, shell)) : null;
  if (list.dataset.liveOrder === "prepend") list.prepend(shell);
  else list.insertBefore(shell, later ?? null);
}
