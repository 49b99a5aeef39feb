/* New rows wait behind a button: the room's, or that of the thread they belong to. Shown, they stand where a fresh load would
 * show them. One polite line tells of them, seldom. */

import { mergeRow } from "./merge.js";
import { isShown, place, quoted, rowsOf, settle, shellAround } from "./rows.js";
import { counted } from "./words.js";

const SPEAK_EVERY = 10_000;
const GRACE = 5_000;

const isSending = () => document.querySelector("[data-sending]") !== null;

export class Held {
  rows = new Map();
  untold = new Set();

  constructor(room) {
    this.room = room;
  }

  get(obj) { return this.rows.get(obj); }

  drop(obj) { this.rows.delete(obj); }

  /* What is held already, in its next version. */
  renew(event, next) {
    const { event: known, kind } = this.rows.get(event.obj);
    if (event.version >= known.version) this.rows.set(event.obj, { event, next, kind });
  }

  hold(event, next) {
    if (event.data?.parent == null && !this.listFor(event)) return;
    this.rows.set(event.obj, { event, next });
    if (!this.hasPlaceFor(event.obj)) this.giveGrace(event.obj);
    this.untold.add(event.obj);
    this.count();
    this.announce();
  }

  /* A reply may come before what it answers, whose last change is later: it waits for it, and no longer. */
  giveGrace(obj) {
    setTimeout(() => {
      if (isSending()) this.giveGrace(obj);
      else if (!this.hasPlaceFor(obj)) this.drop(obj);
    }, GRACE);
  }

  /* It came by another way; what is shown is not left older than what was held. */
  release({ event, next }) {
    this.drop(event.obj);
    if (next) for (const row of rowsOf(event.obj)) mergeRow(row, next);
  }

  /* Shells of a page asked for again, in its order: those that are not shown yet are all that is held here, and those
     that are news are told. */
  holdOnly({ shells, news }) {
    this.rows = new Map();
    for (const [seq, shell] of shells.entries()) {
      const obj = shell.dataset.liveShell;
      if (isShown(obj)) continue;
      this.rows.set(obj, { event: { obj, seq }, shell });
      if (news.has(shell)) this.untold.add(obj);
    }
    this.count();
    if (this.untold.size) this.announce();
  }

  listFor(event) {
    const { parent, root } = event.data ?? {};
    const name = event.obj.split(":")[0];
    const list = (key) => document.querySelector(`[data-live-list="${quoted(key)}"]`);
    if (parent == null) return list(this.room.dataset.room);
    return list(`${name}:${parent}`) ?? list(`${name}:${root}`);
  }

  /* The button that a held row is behind: its thread's, or the room's. */
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

  /* Say on each button how much it holds. Rows that came by another way (one's own post) are held no longer; while one
     is being sent nothing is said, for the next row may be that one. */
  countNow() {
    if (isSending()) return;
    const behind = new Map();
    for (const [obj, one] of this.rows) {
      if (isShown(obj)) { this.release(one); continue; }
      const button = this.buttonFor(one.event);
      if (button) behind.set(button, (behind.get(button) ?? 0) + 1);
    }
    const buttons = [...this.room.querySelectorAll("[data-live-show], [data-live-more]"), ...behind.keys()];
    for (const button of buttons) {
      const n = behind.get(button) ?? 0;
      const kind = button.hasAttribute("data-live-show") ? "new" : "more";
      const text = n ? this.say(kind, n) : "";
      if (button.textContent !== text && (n || !button.hidden)) button.textContent = text;
      button.hidden = !n;
    }
  }

  /* A list that is filtered, or not at its beginning, cannot say how much of what is new is for it. */
  say(kind, n) {
    const { dataset } = this.room;
    if (kind === "new" && dataset.new === "reload") return dataset.newReload;
    return counted(this.room, kind, n);
  }

  /* Show what waits behind this button; the first of it takes the focus. */
  show(button) {
    const shown = [...this.rows.values()].filter((one) => this.buttonFor(one.event) === button);
    shown.sort((one, other) => one.event.seq - other.event.seq);
    const rows = shown.map((one) => this.insert(one)).filter(Boolean);
    // A reply whose root was just shown can be placed now.
    for (const one of [...this.rows.values()]) if (rows.length && this.isUnder(one, shown)) this.insert(one);
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
    this.release({ event, next });
    if (!list || isShown(event.obj)) return null;
    const row = given ?? next.cloneNode(true);
    let shell = given ?? shellAround(row, event);
    if (shell === row && ["OL", "UL"].includes(list.tagName) && row.tagName !== "LI") {
      shell = document.createElement("li");
      shell.dataset.liveShell = event.obj;
      shell.append(row);
    }
    place(shell, list);
    for (const empty of this.room.querySelectorAll("[data-live-absent]")) empty.remove();
    row.classList.add("is-fresh");
    settle(shell, "live:inserted");
    return row;
  }

  announce() {
    if (this.announcing) return;
    const wait = Math.max(1_000, this.room.lastSpoken + SPEAK_EVERY - Date.now());
    this.announcing = setTimeout(() => {
      this.announcing = null;
      if (isSending()) { this.announce(); return; }
      const told = [...this.untold].filter((obj) => this.hasPlaceFor(obj));
      const isInDoubt = this.room.dataset.new === "reload" && told.some((obj) => this.get(obj).event.data?.parent == null);
      this.untold.clear();
      if (told.length) this.room.speak(this.say(isInDoubt ? "new" : "told", told.length));
    }, wait);
  }

  /* Replies to what is on another page are not told here. */
  hasPlaceFor(obj) {
    const { event } = this.rows.get(obj) ?? {};
    const root = event?.data?.root;
    return event && (this.listFor(event) !== null || this.rows.has(`${obj.split(":")[0]}:${root}`));
  }
}
