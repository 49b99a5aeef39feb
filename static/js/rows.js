/* Rows and what surrounds them: where they are, and in which order. */

import { indexFor } from "./row_order.js";

export const all = (root, selector) => [...(root.matches(selector) ? [root] : []), ...root.querySelectorAll(selector)];
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
const placeOf = (shell) => ({ path: keyOf(shell, "path"), at: Number(keyOf(shell, "at")) });

/* Insert a shell where a fresh load would show it. */
export function insertRow(shell, list) {
  const others = [...list.children].filter((other) => other !== shell);
  list.insertBefore(shell, others[indexFor(placeOf(shell), others.map(placeOf), list.dataset.liveOrder)] ?? null);
}
