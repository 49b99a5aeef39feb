/* The one way in which newer HTML takes the place of what the page shows: pushed rows, answers to posts, the re-fetched page.
 *
 * idiomorph changes the elements that are there instead of replacing them. Around it:
 *
 *   versions  a row ([data-live]) never gets an older version; in the fetched page, newer rows of this page replace theirs first
 *   lists     a merge adds no row to a list of rows, removes none and moves none: events do (live.js)
 *   in use    what is pressed, selected or typed in, and what would go with the focus, is merged once it is left
 *   typed     a form with unsent text stays as it is, also without its place in the fetched page; a changed field keeps its value
 *   opened    menus and dialogs stay open, and what scripts fill or make (LEFT_ALONE) is neither changed, nor removed, nor added
 */

import { isOlder } from "./row_order.js";
import { all, rowsOf, settle } from "./rows.js";
import { Idiomorph } from "./vendor/idiomorph.js";

const LISTS = "[data-live-list], [data-pending]";
const LEFT_ALONE = [
  LISTS, ".reply-slot", "p:has(> [data-unfold])", "[data-sending]", "[data-live-absent]", "[data-live-show]", "[data-live-more]",
  "[data-live-readers]", "[data-live-writing]", "[data-live-reload]", ".messages", ".field__left", ".composer__failed",
  ".closed-meanwhile", ".saved-draft", "#unsent-notes", "datalist",
].join();
const MERGED = ["header[role=banner]", "main"]; // of the page
const UNIQUE = "[data-live], form"; // never becomes another
const NAMED = "a[href], button[value]"; // tells lines of a table or a list apart
const SET_BY_SCRIPTS = ["tabindex", "aria-pressed", "inert"];
const CLASSES_OF_SCRIPTS = ["is-fresh", "is-settled", "is-sending"];
const TEXTS = "textarea, input[type=text], input[type=search], input:not([type])";
const TYPED = "input:not([type=button],[type=submit],[type=checkbox],[type=radio]), textarea, select, [contenteditable]";
const OF_A_FIELD = ["value", "checked", "selected"];
const OWN_FIELD = "client_uuid"; // one name for one text, however often it is sent

const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;
const isOlderThan = (row, next) => isOlder(row.dataset.version, next.dataset.version);
const isHere = ({ dataset: { liveList } }) =>
  document.querySelector(liveList ? `[data-live-list="${CSS.escape(liveList)}"]` : "[data-pending]") !== null;

// In use ---------------------------------------------------------------------------------------------------------------

// A button is pressed by a key from its going down to its coming up.
let isKeyDown = false;
document.addEventListener("keydown", (event) => { isKeyDown = event.key === " "; }, true);
document.addEventListener("keyup", () => { isKeyDown = false; });

const hasFocus = (element) => element.contains(document.activeElement);

// Asked once a merge, for the answer costs a layout.
let selection = null;
function readSelection() {
  const now = getSelection();
  selection = now && !now.isCollapsed ? now : null;
}

const isSelected = (node) => selection !== null && selection.containsNode(node, true);

/* Whether a change would take a caret, a selection or a button that is being pressed away from the person. */
function isInUse(element) {
  if (element.matches(":active") || (isKeyDown && hasFocus(element))) return true;
  return (hasFocus(element) && document.activeElement.matches(TYPED)) || isSelected(element);
}

/* Whether a text of the person is in this element: typed, or given back by the site to be corrected. */
export function holdsText(element) {
  const isGivenBack = element.matches("form[data-unsent]")
    || element.querySelector("[aria-invalid=true], .form-errors, form[data-unsent]");
  return all(element, TEXTS).some((field) => field.value.trim() && (isGivenBack || field.value !== field.defaultValue));
}

/* The same, or a form has the focus. */
export const isWrittenIn = (element) => all(element, "form:focus-within").length > 0 || holdsText(element);

const isChanged = (field) =>
  ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked
  : field.matches("select") ? [...field.options].some((option) => option.selected !== option.defaultSelected)
  : field.value !== field.defaultValue;

/* Whether the person has chosen or typed here, for a radio button in its group. */
function isChosen(element) {
  const field = element.closest("select") ?? element;
  const group = field.type === "radio" && field.form ? field.form.elements[field.name] : null;
  return group instanceof RadioNodeList ? [...group].some(isChanged) : isChanged(field);
}

// Once it is left: rows by their object, the page once, and what they wait for.
const laterRows = new Map();
const waitedFor = new Set();
let laterPage = null;

const isStillUsed = (node) =>
  node.isConnected && (isElement(node) ? isInUse(node) || hasFocus(node) : isSelected(node));

function mergeLater() {
  if (!laterRows.size && !laterPage) return;
  readSelection();
  const rows = [...laterRows];
  laterRows.clear();
  for (const [obj, next] of rows) for (const row of rowsOf(obj)) mergeRow(row, next);
  if (laterPage && ![...waitedFor].some(isStillUsed)) mergeFetched(new DOMParser().parseFromString(laterPage, "text/html"), laterPage);
}

document.addEventListener("selectionchange", mergeLater);
for (const left of ["focusout", "pointerup", "pointercancel", "keyup"]) {
  document.addEventListener(left, () => setTimeout(mergeLater));
}

function wait(node) {
  waitedFor.add(node);
  return false;
}

// idiomorph ------------------------------------------------------------------------------------------------------------

/* What tells elements apart, by name. Of two links or buttons of one name neither is told apart. */
function named(root) {
  const names = new Map();
  for (const element of root.querySelectorAll(`${UNIQUE}, ${NAMED}`)) {
    if (element.hasAttribute("id")) continue;
    const value = element.dataset.live ?? element.getAttribute("action") ?? element.getAttribute("href") ?? element.value;
    let name = `${element.localName} ${value}`;
    if (element.matches(UNIQUE)) while (names.has(name)) name += "+";
    names.set(name, names.has(name) ? null : element);
  }
  return names;
}

/* idiomorph tells elements apart by their ids. What has no like in the other page must get one too, or it would become another. */
function giveIds(mine, theirs, leftAlone) {
  const there = named(theirs);
  const alone = [...leftAlone];
  for (const [name, element] of named(mine)) {
    if (element && there.get(name)) element.id = there.get(name).id = `merging-${name}`;
    else if (element?.matches(UNIQUE)) alone.push(element);
  }
  for (const [number, element] of alone.entries()) if (!element.hasAttribute("id")) element.id = `merging-alone-${number}`;
}

function takeIds() {
  for (const element of document.querySelectorAll("[id^=merging-]")) element.removeAttribute("id");
}

/* What people and scripts gave an element is no difference. */
function keepState(mine, theirs) {
  for (const name of SET_BY_SCRIPTS) {
    if (mine.hasAttribute(name) && !theirs.hasAttribute(name)) theirs.setAttribute(name, mine.getAttribute(name));
  }
  for (const name of CLASSES_OF_SCRIPTS) if (mine.classList.contains(name)) theirs.classList.add(name);
  if (mine.matches("details, dialog")) theirs.toggleAttribute("open", mine.open);
}

function mayMorph(mine, theirs) {
  if (!isElement(mine)) return mine.nodeValue === theirs.nodeValue || !isSelected(mine) || wait(mine);
  if (mine.matches("form")) {
    mine.querySelector(".closed-meanwhile")?.remove();
    if (holdsText(mine)) return false;
    if (isInUse(mine)) return wait(mine);
  }
  if (mine.matches("[data-live]") && isInUse(mine)) return wait(mine);
  keepState(mine, theirs);
  return true;
}

function mayRemove(node) {
  if (!isElement(node)) return !isSelected(node) || wait(node);
  const written = all(node, "form").filter(holdsText);
  for (const form of written) sayClosed(form);
  if (written.length) return false;
  const isLost = hasFocus(node) && !node.parentElement.closest("[data-live]");
  return !(isLost || isInUse(node)) || wait(node);
}

/* The form stays with its words, and says that they can no longer be sent. */
function sayClosed(form) {
  const notice = document.getElementById("closed-meanwhile")?.content.firstElementChild;
  if (notice && !form.querySelector(".closed-meanwhile")) form.prepend(notice.cloneNode(true));
}

function mayUpdate(name, element) {
  if (!OF_A_FIELD.includes(name) || !element.matches("input, textarea, option")) return true;
  return element.name !== OWN_FIELD && !isChosen(element);
}

/* Give ``mine`` the content of ``theirs``, which is used up. Returns the element that stands there now. */
function morph(mine, theirs) {
  const focused = hasFocus(mine) ? document.activeElement : null;
  const around = focused?.closest("[data-live]");
  const leftAlone = new Set(mine.querySelectorAll(LEFT_ALONE));
  const places = [...mine.querySelectorAll("form")].filter(isWrittenIn).map((form) => [form, form.previousElementSibling]);
  giveIds(mine, theirs, leftAlone);
  const [merged] = Idiomorph.morph(mine, theirs, { callbacks: {
    beforeNodeMorphed: mayMorph,
    beforeNodeRemoved: (node) => !leftAlone.has(node) && mayRemove(node),
    beforeAttributeUpdated: mayUpdate,
  } });
  takeIds();
  for (const [form, before] of places) putBack(form, before);
  if (focused && !focused.isConnected && around) giveFocus(around.isConnected ? around : merged);
  return merged;
}

/* A form that stays without its place in the other page stays where it was: what came between is moved, not the form. */
function putBack(form, before) {
  if (!form.isConnected || !before?.isConnected || before.parentElement !== form.parentElement) return;
  const between = [];
  for (let node = before.nextElementSibling; node && node !== form; node = node.nextElementSibling) between.push(node);
  if (between.at(-1)?.nextElementSibling === form) form.after(...between);
}

function giveFocus(row) {
  row.tabIndex = -1;
  row.focus({ preventScroll: true });
}

/* The rows in which ``act`` changed something. */
function changedBy(act) {
  const observer = new MutationObserver(() => {});
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  act();
  const targets = observer.takeRecords().filter(({ attributeName }) => attributeName !== "id").map(({ target }) => target);
  observer.disconnect();
  const rows = targets.map((node) => (isElement(node) ? node : node.parentElement)?.closest("[data-live]"));
  return new Set(rows.filter((row) => row?.isConnected));
}

// What is merged -------------------------------------------------------------------------------------------------------

/* A row pushed, or answered. */
export function mergeRow(row, next) {
  const { live: obj, refreshes: was } = row.dataset;
  if (isOlderThan(next, row)) return;
  readSelection();
  if (isInUse(row)) {
    if (!isOlderThan(next, laterRows.get(obj) ?? next)) laterRows.set(obj, next);
    return;
  }
  let merged;
  const changed = changedBy(() => { merged = morph(row, next.cloneNode(true)); });
  if (changed.size || merged !== row) settle(merged, "live:replaced", { was });
}

/* A row with what surrounds it, where one's own marks and acts are. */
export function mergeShell(shell, next) {
  readSelection();
  putNewerIn([next]);
  takeLists(next);
  morph(shell, next);
}

/* Take the lists that are here, and what else is left alone, out of a fetched element. Returns the rows of these lists. */
function takeLists(theirs) {
  const lists = [...theirs.querySelectorAll(LISTS)].filter(isHere);
  const shells = lists.flatMap((list) => [...list.children]);
  for (const element of [...lists, ...shells]) element.remove();
  for (const root of [theirs, ...shells]) {
    for (const element of root.querySelectorAll(LEFT_ALONE)) if (!element.matches(LISTS)) element.remove();
  }
  return shells;
}

/* Whether a row and what surrounds it are as in the fetched page: most are. */
function isSame(shell, next) {
  const copy = shell.cloneNode();
  for (const node of shell.childNodes) if (!isElement(node) || !node.matches(LEFT_ALONE)) copy.append(node.cloneNode(true));
  for (const element of copy.querySelectorAll(LEFT_ALONE)) element.remove();
  for (const name of SET_BY_SCRIPTS) for (const element of copy.querySelectorAll(`[${name}]`)) element.removeAttribute(name);
  return copy.isEqualNode(next);
}

/* No row of the fetched page, nor one's mark on it, is older than here. */
function putNewerIn(roots) {
  const newest = new Map();
  for (const row of document.querySelectorAll("[data-live]")) {
    if (!isOlderThan(row, newest.get(row.dataset.live) ?? row)) newest.set(row.dataset.live, row);
  }
  for (const theirs of roots.flatMap((root) => all(root, "[data-live]"))) {
    const mine = newest.get(theirs.dataset.live);
    if (!mine || !isOlderThan(theirs, mine)) continue;
    const [around, other] = [mine, theirs].map((row) => row.closest("article"));
    if (around?.dataset.reaction) other?.setAttribute("data-reaction", around.dataset.reaction);
    else other?.removeAttribute("data-reaction");
    theirs.replaceWith(mine.cloneNode(true));
  }
}

/* The same page, fetched again, by its HTML. */
export function mergePage(html) {
  const fetched = new DOMParser().parseFromString(html, "text/html");
  document.dispatchEvent(new CustomEvent("concertation:fetched", { detail: fetched }));
  mergeFetched(fetched, html);
}

function mergeFetched(fetched, html) {
  laterPage = null;
  waitedFor.clear();
  readSelection();
  const pairs = MERGED.map((one) => [document.querySelector(one), fetched.querySelector(one)]).filter((pair) => pair.every(Boolean));
  putNewerIn(pairs.map(([, theirs]) => theirs));
  const shells = pairs.flatMap(([, theirs]) => takeLists(theirs));
  const changed = changedBy(() => {
    for (const [mine, theirs] of pairs) morph(mine, theirs);
    mergeKnown(shells);
  });
  if (waitedFor.size) laterPage = html;
  for (const row of changed) settle(row, "live:replaced", { isFetched: true });
  for (const [mine] of pairs) settle(mine, "concertation:arrived");
}

function mergeKnown(shells) {
  const nameOf = ({ dataset: { liveShell, live } }) => liveShell ?? live;
  const here = new Map([...document.querySelectorAll("[data-live], [data-live-shell]")].reverse().map((one) => [nameOf(one), one]));
  for (const next of shells) {
    const shell = here.get(nameOf(next));
    if (shell && !shell.closest("[data-live-kept]") && !isSame(shell, next)) morph(shell, next);
  }
}
