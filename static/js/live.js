/* The live channel in the page: others' acts appear, nothing moves, nothing typed is changed.
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
 * A pushed row is merged wherever [data-live] names it (merge.js). A new row is hidden until a button is pressed
 * (new_rows.js). Only the status line of the page (#status) announces anything, and seldom.
 */

import { channel } from "./channel.js";
import { isWrittenIn, mergeRow } from "./merge.js";
import { NewRows } from "./new_rows.js";
import { isShown, parse, quoted, rowsOf, shellOf } from "./rows.js";
import { counted } from "./words.js";

// As long as the server may still report one's own typing, from whatever process.
const OWN_WRITING_FOR = 12_000;

/* Whether the page shows this object, or re-fetches itself at its events. */
const isAbout = (obj) => isShown(obj) || document.querySelector(`[data-refreshed-by~="${quoted(obj)}"]`) !== null;

class LiveRoom extends HTMLElement {
  newRows = new NewRows(this);
  writing = [];
  lastSpoken = 0;

  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.addEventListener("click", (event) => this.pressed(event), { signal });
    document.addEventListener("concertation:arrived", () => this.newRows.count(), { signal });
    document.addEventListener("live:stale", () => this.askToReload(), { signal });
    this.addEventListener("live:replay", (event) => this.apply(event.detail), { signal });
    this.addEventListener("live:hide", (event) => this.newRows.hideOnly(event.detail), { signal });
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

  receiveEvent(event) {
    this.apply(event);
    this.dispatchEvent(new CustomEvent("live:event", { bubbles: true, detail: event }));
  }

  apply(event) {
    if (event.stale || event.kind === "reload") this.askToReload();
    else if (event.moved && !this.isList()) { if (isAbout(event.obj)) this.askToReload(); }
    else if (event.kind === "removed") this.remove(event.obj);
    else if (!event.update) this.put(event);
  }

  /* Whether rows of the room itself are listed here; a page of one thread shows it wherever it is. */
  isList() {
    return document.querySelector(`[data-live-list="${quoted(this.dataset.room)}"]`) !== null;
  }

  put(event) {
    const next = parse(event.html);
    if (!next) return;
    const rows = [...rowsOf(event.obj)];
    for (const row of rows) mergeRow(row, next);
    if (this.newRows.has(event.obj)) this.newRows.update(event, next);
    else if (!rows.length && event.kind === "added") this.newRows.hide(event, next);
  }

  remove(obj) {
    this.newRows.drop(obj);
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
    this.newRows.count();
  }

  /* A shell in which one writes stays whole until the page is loaded again. */
  keep(shell) {
    shell.dataset.liveKept = "";
    this.askToReload();
    this.speak(this.dataset.kept);
  }

  pressed(event) {
    const button = event.target.closest("[data-live-show], [data-live-more]");
    if (!button) return;
    if (this.dataset.new !== "reload" || !button.hasAttribute("data-live-show")) this.newRows.show(button);
    else if (this.dataset.first) location.href = this.dataset.first;
    else location.reload();
  }

  speak(text) {
    if (!text) return;
    this.lastSpoken = Date.now();
    document.dispatchEvent(new CustomEvent("concertation:status", { detail: text }));
  }

  /* The notice is in a live region, so that showing it announces it; a second room of a page may have none of its own. */
  askToReload(text) {
    const notice = this.querySelector("[data-live-reload]") ?? document.querySelector("[data-live-reload]");
    if (!notice?.hidden) return;
    // Without its fragment, or following it would only scroll.
    notice.querySelector("[data-live-reload-link]").href = location.pathname + location.search;
    if (text) notice.querySelector("[data-live-reload-text]").textContent = text;
    notice.hidden = false;
  }

  /* Presence, without names ---------------------------------------------------------------------------------------- */

  showPresence({ readers, writing }) {
    for (const place of this.querySelectorAll("[data-live-readers]")) {
      place.textContent = readers ? counted(this, "readers", readers) : "";
    }
    this.writing = writing;
    this.showWriting();
    this.dispatchEvent(new CustomEvent("live:readers", { bubbles: true, detail: { readers } }));
  }

  /* One's own writing is not shown; another's in the same thread is, once the server has surely dropped one's own. */
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
