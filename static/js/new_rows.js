/* New rows are hidden behind a button: the room's, or that of their thread. Shown, they stand where a fresh load would show
 * them. The status line announces them, seldom. */

import { mergeRow } from "./merge.js";
import { insertRow, isShown, quoted, rowsOf, settle, shellAround } from "./rows.js";
import { counted } from "./words.js";

const ANNOUNCE_EVERY = 10_000;
const PARENT_WITHIN = 5_000;

const isSending = () => document.querySelector("[data-sending]") !== null;

export class NewRows {
  hidden = new Map();
  unannounced = new Set();

  constructor(room) {
    this.room = room;
  }

  has(obj) { return this.hidden.has(obj); }

  drop(obj) { this.hidden.delete(obj); }

  update(event, next) {
    if (event.version >= this.hidden.get(event.obj).event.version) this.hidden.set(event.obj, { event, next });
  }

  hide(event, next) {
    if (event.data?.parent == null && !this.listFor(event)) return;
    this.hidden.set(event.obj, { event, next });
    if (!this.hasPlaceFor(event.obj)) this.dropWithoutParent(event.obj);
    this.unannounced.add(event.obj);
    this.count();
    this.announce();
  }

  /* A reply may come before its parent, whose last change is later. */
  dropWithoutParent(obj) {
    setTimeout(() => {
      if (isSending()) this.dropWithoutParent(obj);
      else if (!this.hasPlaceFor(obj)) this.drop(obj);
    }, PARENT_WITHIN);
  }

  /* Shown by another way: the row there is not left older than the hidden one. */
  mergeShown({ event, next }) {
    this.drop(event.obj);
    if (next) for (const row of rowsOf(event.obj)) mergeRow(row, next);
  }

  /* Hide these shells of a re-fetched page, in its order, and no others; announce those in ``added``. */
  hideOnly({ shells, added }) {
    this.hidden = new Map();
    for (const [seq, shell] of shells.entries()) {
      const obj = shell.dataset.liveShell;
      if (isShown(obj)) continue;
      this.hidden.set(obj, { event: { obj, seq }, shell });
      if (added.has(shell)) this.unannounced.add(obj);
    }
    this.count();
    if (this.unannounced.size) this.announce();
  }

  listFor(event) {
    const { parent, root } = event.data ?? {};
    const name = event.obj.split(":")[0];
    const list = (key) => document.querySelector(`[data-live-list="${quoted(key)}"]`);
    if (parent == null) return list(this.room.dataset.room);
    return list(`${name}:${parent}`) ?? list(`${name}:${root}`);
  }

  /* The button that hides a row: its thread's, or the room's. */
  buttonFor({ obj, data }) {
    if (data?.parent == null) return this.room.querySelector("[data-live-show]");
    const name = obj.split(":")[0];
    const more = (key) => document.querySelector(`[data-live-more="${quoted(`${name}:${key}`)}"]`);
    return more(data.parent) ?? more(data.root) ?? this.makeButton({ obj, data });
  }

  makeButton(event) {
    const list = this.listFor(event);
    if (!list) return null;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.dataset.liveMore = `${event.obj.split(":")[0]}:${event.data.root ?? event.data.parent}`;
    list.after(button);
    return button;
  }

  /* Once for all that one frame or one press changes. */
  count() {
    if (this.counting) return;
    this.counting = true;
    queueMicrotask(() => { this.counting = false; this.countNow(); });
  }

  /* Write on each button how many rows it hides; not while one's own post is on its way, for the next row may be that one. */
  countNow() {
    if (isSending()) return;
    const behind = new Map();
    for (const [obj, one] of this.hidden) {
      if (isShown(obj)) { this.mergeShown(one); continue; }
      const button = this.buttonFor(one.event);
      if (button) behind.set(button, (behind.get(button) ?? 0) + 1);
    }
    const buttons = [...this.room.querySelectorAll("[data-live-show], [data-live-more]"), ...behind.keys()];
    for (const button of buttons) {
      const n = behind.get(button) ?? 0;
      const kind = button.hasAttribute("data-live-show") ? "new" : "more";
      const text = n ? this.textFor(kind, n) : "";
      if (button.textContent !== text && (n || !button.hidden)) button.textContent = text;
      button.hidden = !n;
    }
  }

  /* Of a list that is filtered, or not at its beginning, nobody knows how many new rows belong to it. */
  textFor(kind, n) {
    const { dataset } = this.room;
    if (kind === "new" && dataset.new === "reload") return dataset.newReload;
    return counted(this.room, kind, n);
  }

  /* Show the rows behind this button; the first takes the focus. */
  show(button) {
    const shown = [...this.hidden.values()].filter((one) => this.buttonFor(one.event) === button);
    shown.sort((one, other) => one.event.seq - other.event.seq);
    const rows = shown.map((one) => this.insert(one)).filter(Boolean);
    // A reply whose root was just shown can be placed now.
    for (const one of [...this.hidden.values()]) if (rows.length && this.isUnder(one, shown)) this.insert(one);
    this.count();
    const target = this.firstOf(rows);
    if (target) { target.tabIndex = -1; target.focus(); }
  }

  isUnder({ event }, shown) {
    const name = event.obj.split(":")[0];
    return shown.some((one) => one.event.obj === `${name}:${event.data?.root}`);
  }

  firstOf(rows) {
    return rows.reduce((first, row) =>
      !first || row.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING ? row : first, null);
  }

  insert({ event, next, shell: given }) {
    const list = this.listFor(event);
    this.mergeShown({ event, next });
    if (!list || isShown(event.obj)) return null;
    const row = given ?? next.cloneNode(true);
    let shell = given ?? shellAround(row, event);
    if (shell === row && ["OL", "UL"].includes(list.tagName) && row.tagName !== "LI") {
      shell = document.createElement("li");
      shell.dataset.liveShell = event.obj;
      shell.append(row);
    }
    insertRow(shell, list);
    for (const empty of this.room.querySelectorAll("[data-live-absent]")) empty.remove();
    row.classList.add("is-fresh");
    settle(shell, "live:inserted");
    return row;
  }

  announce() {
    if (this.announcing) return;
    const wait = Math.max(1_000, this.room.lastSpoken + ANNOUNCE_EVERY - Date.now());
    this.announcing = setTimeout(() => {
      this.announcing = null;
      if (isSending()) { this.announce(); return; }
      const added = [...this.unannounced].filter((obj) => this.hasPlaceFor(obj));
      const isInDoubt = this.room.dataset.new === "reload" && added.some((obj) => this.hidden.get(obj).event.data?.parent == null);
      this.unannounced.clear();
      if (added.length) this.room.speak(this.textFor(isInDoubt ? "new" : "told", added.length));
    }, wait);
  }

  /* Replies to a row of another page are not announced here. */
  hasPlaceFor(obj) {
    const { event } = this.hidden.get(obj) ?? {};
    const root = event?.data?.root;
    return event && (this.listFor(event) !== null || this.hidden.has(`${obj.split(":")[0]}:${root}`));
  }
}
