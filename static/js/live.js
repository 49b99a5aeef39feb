/* The live channel in the page: others' acts appear, nothing moves, nothing typed is touched.
 *
 * Markup (docs/live-protocol.md has the whole contract):
 *
 *   <live-room data-room="topic:12" data-seq="topic:12:public=57" {% live_words %}>
 *     … furniture.html: [data-live-show] button, [data-live-reload] notice …
 *     <ol data-live-list="topic:12" data-live-order="latest">
 *       <li data-live-shell="contribution:142">
 *         <article data-live="contribution:142" data-version="3">…</article>
 *         <button type="button" data-live-more="contribution:142" hidden></button>
 *         <ol data-live-list="contribution:142" data-live-order="path">…</ol>
 *       </li>
 *     </ol>
 *     <template data-live-template="contribution">…shell, with <div data-live-here></div>…</template>
 *   </live-room>
 *
 * A row is replaced wherever [data-live] names it, if its version is higher. A new row is held until a real button is
 * pressed. The status line of the page (#status) is the only thing that speaks, and seldom.
 */

const SPEAK_EVERY = 10_000;
const POLL_EVERY = 15_000;
const OFFLINE_AFTER = 8_000;
const LONGEST_WAIT = 30_000;
const PATIENCE = 20_000;
// As long as the server may still tell of what one has oneself just typed, whatever the process it is told by.
const OWN_WRITING_FOR = 12_000;
const OPEN = 1; // a page may be without WebSocket altogether
const SESSION_ENDED = 4401, NO_LONGER_ALLOWED = 4403, NOTHING_HERE = 4404, TOO_MANY = 4429;

const jitter = (ms) => ms * (0.5 + Math.random());
const words = (text, n) => (text || "").replace("{n}", String(n));

/* The one connection of the page, whatever the number of its rooms. ------------------------------------------------ */

class Channel {
  rooms = new Set();
  seqs = new Map();
  refetching = new Map();
  socket = null;
  failures = 0;
  isPolling = false;
  isOver = false;
  lastSign = 0;

  join(room) {
    this.rooms.add(room);
    for (const part of (room.dataset.seq || "").split(/\s+/).filter(Boolean)) {
      const at = part.lastIndexOf("=");
      this.seqs.set(part.slice(0, at), Number(part.slice(at + 1)));
    }
    this.restart();
  }

  leave(room) {
    this.rooms.delete(room);
    this.restart();
  }

  restart() {
    clearTimeout(this.restarting);
    this.restarting = setTimeout(() => { this.hangUp(); this.wakeUp(); }, 0);
  }

  get first() { return this.rooms.values().next().value; }

  query() {
    const query = new URLSearchParams();
    for (const address of new Set([...this.rooms].map((room) => room.dataset.room))) query.append("salon", address);
    query.set("depuis", [...this.seqs].map(([key, seq]) => `${key}=${seq}`).join(" "));
    return query;
  }

  connect() {
    if (this.isOver || this.socket || !this.rooms.size) return;
    clearTimeout(this.waiting);
    const url = new URL(this.first.dataset.url, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.search = this.query();
    let socket;
    try { socket = new WebSocket(url); } catch { this.poll(); return; }
    this.socket = socket;
    this.lastSign = Date.now();
    socket.onmessage = (message) => { if (this.socket === socket) this.receive(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (this.socket === socket) { this.socket = null; this.closed(event.code); } };
  }

  hangUp() {
    const socket = this.socket;
    this.socket = null;
    socket?.close(1000);
  }

  closed(code) {
    for (const room of this.rooms) room.showPresence({ readers: 0, writing: [] });
    if ([SESSION_ENDED, NO_LONGER_ALLOWED, NOTHING_HERE].includes(code)) {
      this.isOver = true;
      if (code !== NOTHING_HERE) for (const room of this.rooms) room.askToReload();
      return;
    }
    this.failures += 1;
    this.offline ??= setTimeout(() => this.say("offline"), OFFLINE_AFTER);
    if (code === TOO_MANY || this.failures > 2) this.poll();
    // A server that comes back finds its readers spread over some seconds, not all in one.
    const wait = code === TOO_MANY ? LONGEST_WAIT : Math.min(LONGEST_WAIT, 1_000 * 2 ** this.failures);
    this.waiting = setTimeout(() => this.connect(), jitter(wait));
  }

  say(word) {
    this.wasOffline ||= word === "offline";
    this.first?.speak(this.first.dataset[word], true);
  }

  working() {
    clearTimeout(this.offline);
    this.offline = null;
    if (this.wasOffline) { this.wasOffline = false; this.say("online"); }
  }

  /* Without a socket: the same frames, asked for. A hidden page sleeps and catches up when it is looked at. */
  poll() {
    if (this.isPolling || this.isOver) return;
    this.isPolling = true;
    const again = async () => {
      if (this.socket?.readyState === OPEN || this.isOver) { this.isPolling = false; return; }
      if (!document.hidden) await this.fetchMissed();
      this.polling = setTimeout(again, jitter(POLL_EVERY));
    };
    this.polling = setTimeout(again, jitter(1_000));
  }

  async fetchMissed() {
    const url = new URL(this.first.dataset.replay, location.href);
    url.search = this.query();
    try {
      const options = { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(url, options);
      if (answer.status === 404) { this.isOver = true; return; }
      if (!answer.ok) return;
      const { now, frames } = await answer.json();
      this.clock(now);
      this.working();
      for (const frame of frames) this.apply(frame);
    } catch { /* the network is away; the next round asks again */ }
  }

  receive(frame) {
    this.lastSign = Date.now();
    if (frame.type === "hello") {
      this.failures = 0;
      this.working();
      this.beat = frame.beat * 1_000;
      this.clock(frame.now);
    } else if (frame.type === "beat") {
      this.clock(frame.now);
      for (const [key, seq] of Object.entries(frame.rooms)) if (seq > (this.seqs.get(key) ?? seq)) this.mend(key);
    } else if (frame.type === "events" && this.refetching.has(frame.room)) {
      this.refetching.get(frame.room).push(frame);
    } else {
      this.apply(frame);
    }
  }

  clock(now) {
    const skew = Date.parse(now) - Date.now();
    document.dispatchEvent(new CustomEvent("live:clock", { detail: { skew } }));
  }

  apply(frame) {
    if (frame.type === "events") { this.applyEvents(frame); return; }
    // From here on only a new page can follow this room: what comes of it is no gap to be asked for.
    if (frame.type === "reload") this.seqs.delete(frame.room);
    for (const room of this.rooms) room.receive(frame);
  }

  applyEvents(frame) {
    const mine = this.seqs.get(frame.room);
    if (mine === undefined || frame.to <= mine) return;
    if (frame.from > mine) { this.mend(frame.room, frame); return; }
    this.seqs.set(frame.room, frame.to);
    for (const event of frame.events) {
      if (event.seq <= mine) continue;
      for (const room of this.rooms) if (frame.room.startsWith(room.dataset.room + ":")) room.tell(event);
    }
  }

  /* A jump in the numbers: ask for what is between, and keep what comes meanwhile for after it. */
  mend(key, frame) {
    const held = this.refetching.get(key);
    if (held) { if (frame) held.push(frame); return; }
    this.refetching.set(key, frame ? [frame] : []);
    setTimeout(async () => {
      await this.fetchMissed();
      const waiting = this.refetching.get(key);
      this.refetching.delete(key);
      for (const one of waiting) this.apply(one);
    }, Math.random() * 1_500);
  }

  /* The page is looked at again: connect now rather than when its turn comes, and ask for what was missed meanwhile. */
  wakeUp() {
    if (this.isOver || !this.rooms.size) return;
    if (this.isPolling) this.fetchMissed();
    if (!this.socket) this.connect();
    else this.check();
  }

  /* A socket that says nothing, not even its heartbeat, is dead, whatever the browser believes. */
  check() {
    if (this.socket && this.beat && Date.now() - this.lastSign > 2.5 * this.beat) this.restart();
  }

  send(message) {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(message));
  }
}

export const channel = new Channel();
addEventListener("online", () => channel.restart());
addEventListener("pageshow", (event) => { if (event.persisted) channel.restart(); });
addEventListener("pagehide", () => channel.hangUp());
document.addEventListener("visibilitychange", () => { if (!document.hidden) channel.wakeUp(); });
setInterval(() => channel.check(), 15_000);

/* Rows. ------------------------------------------------------------------------------------------------------------ */

const quoted = (obj) => CSS.escape(obj);
const rowsOf = (obj) => document.querySelectorAll(`[data-live="${quoted(obj)}"]`);
const isShown = (obj) => rowsOf(obj).length > 0 || document.querySelector(`[data-live-shell="${quoted(obj)}"]`) !== null;
const shellOf = (row, obj) => row.closest(`[data-live-shell="${quoted(obj)}"]`) ?? row;

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

function settle(element, name) {
  element.dispatchEvent(new CustomEvent(name, { bubbles: true }));
}

const KEYED = /^(data-live.*|id|for|name|value|href|action|formaction|aria-.*|data-.*)$/;

function shellAround(row, { obj, data }) {
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

const isSending = () => document.querySelector("[data-sending]") !== null;

/* The value that orders a row, wherever it stands in what surrounds it. */
const keyOf = (shell, name) => shell.dataset[name] ?? shell.querySelector(`[data-${name}]`)?.dataset[name] ?? "";
const pathOf = (shell) => keyOf(shell, "path");
const momentOf = (shell) => Number(keyOf(shell, "at"));

const AFTER = {
  path: (one, other) => pathOf(one) > pathOf(other),
  latest: (one, other) => (momentOf(other) - momentOf(one) || pathOf(other) > pathOf(one)) > 0,
};

const TYPED = "input:not([type=button],[type=submit],[type=checkbox],[type=radio]), textarea, select, [contenteditable]";

/* Whether replacing this row would take a caret or a selection from under the reader. */
function isInUse(row) {
  if (document.activeElement?.matches(TYPED) && row.contains(document.activeElement)) return true;
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && selection.containsNode(row, true));
}

/* Whether someone writes in what surrounds a row: their form has the focus, or words of theirs. */
function isWrittenIn(shell) {
  return shell.querySelector("form:focus-within") !== null
    || [...shell.querySelectorAll("textarea")].some((field) => field.value.trim());
}

/* Where the focus is in a row, in a way that can be found again in its next version. */
function focusIn(row) {
  const element = document.activeElement;
  if (!element || !row.contains(element)) return null;
  for (const attribute of ["id", "value", "href", "name"]) {
    const value = element.getAttribute(attribute);
    if (value) return `${element.localName}[${attribute}="${CSS.escape(value)}"]`;
  }
  return null;
}

function swap(row, next) {
  const copy = next.cloneNode(true);
  const focused = focusIn(row);
  const open = [...row.querySelectorAll("details")].map((details) => details.open);
  copy.querySelectorAll("details").forEach((details, index) => { details.open = open[index] ?? details.open; });
  row.replaceWith(copy);
  if (focused) copy.querySelector(focused)?.focus({ preventScroll: true });
  settle(copy, "live:replaced");
}

class LiveRoom extends HTMLElement {
  held = new Map();
  postponed = new Map();
  untold = new Set();
  writing = [];
  lastSpoken = 0;

  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("click", (event) => this.pressed(event), { signal });
    document.addEventListener("selectionchange", () => this.catchUp(), { signal });
    document.addEventListener("focusout", () => setTimeout(() => this.catchUp()), { signal });
    document.addEventListener("concertation:arrived", () => this.count(), { signal });
    this.addEventListener("live:place", (event) => this.place(event.detail.shell, event.target), { signal });
    this.addEventListener("live:hold", (event) => this.holdOnly(event.detail), { signal });
    this.addEventListener("input", (event) => this.isWriting(event), { signal });
    channel.join(this);
  }

  disconnectedCallback() {
    this.listening.abort();
    channel.leave(this);
  }

  receive(frame) {
    if (frame.type === "reload" && (frame.room === this.dataset.room || frame.room.startsWith(this.dataset.room + ":"))) {
      this.askToReload();
    } else if (frame.type === "presence" && frame.room === this.dataset.room) {
      this.showPresence(frame);
    }
  }

  tell(event) {
    if (event.stale || event.kind.endsWith(".reload")) this.askToReload();
    else if (event.moved && !this.isList()) { if (isShown(event.obj)) this.askToReload(); }
    else if (event.kind.endsWith(".removed")) this.remove(event.obj);
    else this.put(event);
    this.dispatchEvent(new CustomEvent("live:told", { bubbles: true, detail: event }));
  }

  /* Whether rows of the room itself are listed here; a page of one thread shows it wherever it is. */
  isList() {
    return document.querySelector(`[data-live-list="${quoted(this.dataset.room)}"]`) !== null;
  }

  put(event) {
    const next = parse(event.html);
    if (!next) return;
    const rows = [...rowsOf(event.obj)];
    for (const row of rows) this.replace(row, next, event);
    const held = this.held.get(event.obj);
    if (held) { if (event.version >= held.event.version) this.held.set(event.obj, { event, next, kind: held.kind }); }
    else if (!rows.length && event.kind.endsWith(".added")) this.hold(event, next);
  }

  replace(row, next, event) {
    if (Number(row.dataset.version) >= event.version) return;
    if (isInUse(row)) this.postponed.set(event.obj, { next, event });
    else { this.postponed.delete(event.obj); swap(row, next); }
  }

  catchUp() {
    for (const [obj, { next, event }] of this.postponed) {
      for (const row of rowsOf(obj)) this.replace(row, next, event);
    }
  }

  remove(obj) {
    this.postponed.delete(obj);
    this.held.delete(obj);
    for (const row of rowsOf(obj)) {
      const shell = shellOf(row, obj);
      if (shell.closest("[data-live-kept]")) continue;
      if (isWrittenIn(shell)) { this.keep(shell); continue; }
      const hadFocus = shell.contains(document.activeElement);
      const near = shell.nextElementSibling ?? shell.previousElementSibling ?? shell.parentElement;
      shell.remove();
      if (hadFocus && near) { near.tabIndex = -1; near.focus({ preventScroll: true }); }
    }
    this.dispatchEvent(new CustomEvent("live:removed", { bubbles: true, detail: { obj } }));
    this.count();
  }

  /* What one writes in stays whole until the page is loaded again. */
  keep(shell) {
    shell.dataset.liveKept = "";
    this.askToReload();
    this.speak(this.dataset.kept);
  }

  /* New rows wait behind a button. ---------------------------------------------------------------------------------- */

  listFor(event) {
    const { parent, root } = event.data ?? {};
    const name = event.obj.split(":")[0];
    const list = (key) => document.querySelector(`[data-live-list="${quoted(key)}"]`);
    if (parent == null) return list(this.dataset.room);
    return list(`${name}:${parent}`) ?? list(`${name}:${root}`);
  }

  hold(event, next) {
    // A reply may come before what it answers, whose last change is later: it waits for it.
    if (event.data?.parent == null && !this.listFor(event)) return;
    this.held.set(event.obj, { event, next });
    this.untold.add(event.obj);
    this.count();
    this.announce();
  }

  /* Shells of a page asked for again, in its order: those that are not shown yet are all that is held here, and those
     that are news are told. */
  holdOnly({ shells, news }) {
    this.held = new Map();
    for (const [seq, shell] of shells.entries()) {
      const obj = shell.dataset.liveShell;
      if (isShown(obj)) continue;
      this.held.set(obj, { event: { obj, seq }, shell });
      if (news.has(shell)) this.untold.add(obj);
    }
    this.count();
    if (this.untold.size) this.announce();
  }

  /* The button that a held row is behind: its thread's, or the room's. */
  buttonFor({ obj, data }) {
    if (data?.parent == null) return this.querySelector("[data-live-show]");
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
    for (const [obj, one] of this.held) {
      if (isShown(obj)) { this.held.delete(obj); continue; }
      const button = this.buttonFor(one.event);
      if (button) behind.set(button, (behind.get(button) ?? 0) + 1);
    }
    const buttons = [...this.querySelectorAll("[data-live-show], [data-live-more]"), ...behind.keys()];
    for (const button of buttons) {
      const n = behind.get(button) ?? 0;
      const kind = button.hasAttribute("data-live-show") ? "new" : "more";
      const text = n ? words(this.dataset[kind + (n > 1 ? "Many" : "One")], n) : "";
      if (button.textContent !== text && (n || !button.hidden)) button.textContent = text;
      button.hidden = !n;
    }
  }

  pressed(event) {
    const button = event.target.closest("[data-live-show], [data-live-more]");
    if (!button) return;
    if (this.dataset.new === "reload" && button.hasAttribute("data-live-show")) { location.reload(); return; }
    const shown = [...this.held.values()].filter((one) => this.buttonFor(one.event) === button);
    shown.sort((one, other) => one.event.seq - other.event.seq);
    const rows = shown.map((one) => this.insert(one)).filter(Boolean);
    // A reply whose root was just shown can be placed now.
    for (const one of [...this.held.values()]) if (rows.length && this.isUnder(one, shown)) this.insert(one);
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
    this.held.delete(event.obj);
    if (!list || isShown(event.obj)) return null;
    const row = given ?? next.cloneNode(true);
    let shell = given ?? shellAround(row, event);
    if (shell === row && ["OL", "UL"].includes(list.tagName) && row.tagName !== "LI") {
      shell = document.createElement("li");
      shell.dataset.liveShell = event.obj;
      shell.append(row);
    }
    this.place(shell, list);
    for (const empty of this.querySelectorAll("[data-live-absent]")) empty.remove();
    row.classList.add("is-fresh");
    settle(shell, "live:inserted");
    return row;
  }

  /* Where a fresh load would show it. */
  place(shell, list) {
    const isAfter = AFTER[list.dataset.liveOrder];
    const later = isAfter ? [...list.children].find((other) => other !== shell && isAfter(other, shell)) : null;
    if (list.dataset.liveOrder === "prepend") list.prepend(shell);
    else list.insertBefore(shell, later ?? null);
  }

  /* One polite line, seldom. --------------------------------------------------------------------------------------- */

  announce() {
    if (this.announcing) return;
    const wait = Math.max(1_000, this.lastSpoken + SPEAK_EVERY - Date.now());
    this.announcing = setTimeout(() => {
      this.announcing = null;
      if (isSending()) { this.announce(); return; }
      const n = [...this.untold].filter((obj) => this.hasPlaceFor(obj)).length;
      this.untold.clear();
      if (n) this.speak(words(n > 1 ? this.dataset.toldMany : this.dataset.toldOne, n));
    }, wait);
  }

  /* Replies to what is on another page are not told here. */
  hasPlaceFor(obj) {
    const { event } = this.held.get(obj) ?? {};
    const root = event?.data?.root;
    return event && (this.listFor(event) !== null || this.held.has(`${obj.split(":")[0]}:${root}`));
  }

  speak(text) {
    if (!text) return;
    this.lastSpoken = Date.now();
    document.dispatchEvent(new CustomEvent("concertation:status", { detail: text }));
  }

  askToReload() {
    const notice = this.querySelector("[data-live-reload]");
    if (!notice) return;
    notice.querySelector("[data-live-reload-link]")?.setAttribute("href", location.href);
    notice.hidden = false;
  }

  /* Presence, without names. ---------------------------------------------------------------------------------------- */

  showPresence({ readers, writing }) {
    for (const place of this.querySelectorAll("[data-live-readers]")) {
      const text = readers > 1 ? this.dataset.readersMany : this.dataset.readersOne;
      place.textContent = readers ? words(text, readers) : "";
    }
    this.writing = writing;
    this.showWriting();
  }

  /* One is not told of one's own writing; of another's under the same thread, once one's own is surely forgotten. */
  showWriting() {
    clearTimeout(this.showingLater);
    const own = OWN_WRITING_FOR - (Date.now() - (this.lastWriting ?? -Infinity));
    if (own > 0 && this.writing.length) this.showingLater = setTimeout(() => this.showWriting(), own);
    for (const place of this.querySelectorAll("[data-live-writing]")) {
      const { liveWriting } = place.dataset;
      const isTold = this.writing.includes(liveWriting) && !(own > 0 && liveWriting === this.under);
      if (Boolean(place.textContent) !== isTold) place.textContent = isTold ? this.dataset.writing : "";
    }
  }

  /* Someone types inside a thread: say so, not what, every few seconds at most. */
  isWriting({ target }) {
    if (!this.hasAttribute("data-may-write") || !target.matches("textarea") || Date.now() - (this.lastWriting ?? 0) < 4_000) return;
    let shell = target.closest("[data-live-shell]");
    while (shell && !shell.querySelector("[data-live-writing]")) shell = shell.parentElement.closest("[data-live-shell]");
    if (!shell) return;
    this.lastWriting = Date.now();
    this.under = shell.querySelector("[data-live-writing]").dataset.liveWriting;
    channel.send({ type: "writing", room: this.dataset.room, under: this.under });
  }
}

customElements.define("live-room", LiveRoom);
