/* The one connection of the page, whatever the number of its rooms: a socket, else requests. It hands frames to the rooms
 * (live.js). Its states, and what leads from one to another, are the table in channel_state.js; docs/live/writing-a-client.md
 * has the frames, the codes, and what to do with each. */

import { after, eventOfClose, FIRST, waitAfter } from "./channel_state.js";

const POLL_EVERY = 15_000;
const OFFLINE_AFTER = 8_000;
const LONGEST_WAIT = 30_000;
const FETCH_TIMEOUT = 20_000;
const HELLO_TIMEOUT = 10_000; // a proxy may swallow a socket, or keep back its frames
const GAP_WAIT = 1_500;
const OPEN = 1; // a page may be without WebSocket altogether
const CLOSED_ABNORMALLY = 1006;
const OVER = { sessionEnded: "ended", narrowed: "narrowed" }; // the words of the notice; none for a page without a room

const jitter = (ms) => ms * (0.5 + Math.random());

class Channel {
  rooms = new Set();
  seqs = new Map();
  gaps = new Map();
  state = FIRST;
  socket = null;
  failures = 0;
  lastFrameAt = 0;

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
    clearTimeout(this.restartTimer);
    this.restartTimer = setTimeout(() => { this.disconnect(); this.resume(); }, 0);
  }

  get first() { return this.rooms.values().next().value; }

  query() {
    const query = new URLSearchParams();
    for (const address of new Set([...this.rooms].map((room) => room.dataset.room))) query.append("salon", address);
    query.set("depuis", [...this.seqs].map(([key, seq]) => `${key}=${seq}`).join(" "));
    return query;
  }

  /* Enter the state that the table gives for this event. */
  happen(event) {
    const last = this.state;
    this.state = after(last, event);
    if (this.state === last) return;
    if (last === "polling") clearTimeout(this.pollTimer);
    if (this.state === "polling") this.pollIn(1_000);
    if (this.state === "over") this.end(event);
  }

  connect() {
    if (this.state === "over" || this.socket || !this.rooms.size) return;
    clearTimeout(this.retryTimer);
    const url = new URL(this.first.dataset.url, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.search = this.query();
    let socket;
    try { socket = new WebSocket(url); } catch { this.happen("noSockets"); return; }
    this.socket = socket;
    this.lastFrameAt = Date.now();
    this.happen("opened");
    this.helloTimer = setTimeout(() => this.closed("noHello"), HELLO_TIMEOUT);
    socket.onmessage = (message) => { if (this.socket === socket) this.receive(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (this.socket === socket) this.closed(this.eventOf(event.code)); };
  }

  eventOf(code) { return eventOfClose(code, this.failures, this.seqs.size > 0); }

  dropSocket() {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.helloTimer);
    socket?.close(1000);
  }

  disconnect() {
    this.dropSocket();
    this.happen("left");
  }

  closed(event) {
    this.dropSocket();
    for (const room of this.rooms) room.showPresence({ readers: 0, writing: [] });
    this.happen(event);
    if (this.state === "over") return;
    this.failures += 1;
    if (this.state === "waiting") this.startOutage();
    this.retryTimer = setTimeout(() => this.connect(), jitter(waitAfter(event, this.failures)));
  }

  /* This page is no longer for this viewer. */
  end(event) {
    this.dropSocket();
    clearTimeout(this.outageTimer);
    if (event in OVER) for (const room of this.rooms) room.askToReload(room.dataset[OVER[event]]);
  }

  /* Neither a socket nor an answer: shown once it lasts. */
  startOutage() {
    this.outageTimer ??= setTimeout(() => this.show("offline"), OFFLINE_AFTER);
  }

  show(word) {
    this.isOutageShown ||= word === "offline";
    this.first?.speak(this.first.dataset[word]);
  }

  endOutage() {
    clearTimeout(this.outageTimer);
    this.outageTimer = null;
    if (this.isOutageShown) { this.isOutageShown = false; this.show("online"); }
  }

  /* Without a socket: request the same frames. A hidden page makes no request, and fetches what it missed once it is visible. */
  pollIn(wait) {
    clearTimeout(this.pollTimer);
    this.pollTimer = setTimeout(async () => {
      if (!document.hidden) await this.fetchMissed();
      if (this.state === "polling") this.pollIn(POLL_EVERY);
    }, jitter(wait));
  }

  /* Fetch and apply the events after the cursor; return whether that succeeded. */
  async fetchMissed() {
    if (!this.rooms.size) return false;
    const url = new URL(this.first.dataset.replay, location.href);
    url.search = this.query();
    try {
      const options = { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(FETCH_TIMEOUT) };
      const answer = await fetch(url, options);
      if (answer.status === 404) { this.happen("narrowed"); return false; }
      if (!answer.ok) throw new Error(String(answer.status));
      const { now, frames } = await answer.json();
      this.clock(now);
      this.endOutage();
      for (const frame of frames) this.apply(frame);
      return true;
    } catch {
      // The network or the site is down: the next request comes in its turn.
      if (this.state === "polling") this.startOutage();
      return false;
    }
  }

  receive(frame) {
    this.lastFrameAt = Date.now();
    if (frame.type === "hello") {
      clearTimeout(this.helloTimer);
      this.happen("hello");
      this.failures = 0;
      this.endOutage();
      this.beat = frame.beat * 1_000;
      this.clock(frame.now);
    } else if (frame.type === "beat") {
      this.clock(frame.now);
      for (const [key, seq] of Object.entries(frame.rooms)) if (seq > (this.seqs.get(key) ?? seq)) this.fillGap(key);
    } else if (frame.type === "events" && frame.from > this.seqs.get(frame.room) && this.gaps.has(frame.room)) {
      this.gaps.get(frame.room).push(frame);
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
    // From here on only a new page can follow this room: its next events are no gap to fetch.
    if (frame.type === "reload") this.seqs.delete(frame.room);
    for (const room of this.rooms) room.receive(frame);
  }

  applyEvents(frame) {
    const mine = this.seqs.get(frame.room);
    if (mine === undefined || frame.to <= mine) return;
    if (frame.from > mine) { this.fillGap(frame.room, frame); return; }
    this.seqs.set(frame.room, frame.to);
    for (const event of frame.events) {
      if (event.seq <= mine) continue;
      for (const room of this.rooms) if (frame.room.startsWith(room.dataset.room + ":")) room.receiveEvent(event);
    }
  }

  /* A jump in the numbers: fetch the events between, and buffer the frames that come meanwhile. Retry, each time later. */
  fillGap(key, frame) {
    const buffered = this.gaps.get(key);
    if (buffered) { if (frame) buffered.push(frame); return; }
    this.gaps.set(key, frame ? [frame] : []);
    const retry = async (wait) => {
      if (this.state === "over") return;
      const isFilled = await this.fetchMissed();
      if (!isFilled) { setTimeout(() => retry(Math.min(2 * wait, LONGEST_WAIT)), jitter(wait)); return; }
      const frames = this.gaps.get(key);
      this.gaps.delete(key);
      for (const one of frames) this.apply(one);
    };
    setTimeout(() => retry(2 * GAP_WAIT), Math.random() * GAP_WAIT);
  }

  /* The page is visible again, or its rooms have changed: connect now, and fetch what was missed meanwhile. */
  resume() {
    if (this.state === "over" || !this.rooms.size) return;
    if (this.state === "polling") this.fetchMissed();
    this.checkHeartbeat();
    this.connect();
  }

  /* A socket without even its heartbeat is dead, whatever the browser believes. */
  checkHeartbeat() {
    if (this.socket && this.beat && Date.now() - this.lastFrameAt > 2.5 * this.beat) this.closed(this.eventOf(CLOSED_ABNORMALLY));
  }

  send(message) {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(message));
  }
}

export const channel = new Channel();
addEventListener("online", () => channel.restart());
addEventListener("pageshow", (event) => { if (event.persisted) channel.restart(); });
addEventListener("pagehide", () => channel.disconnect());
document.addEventListener("visibilitychange", () => { if (!document.hidden) channel.resume(); });
setInterval(() => channel.checkHeartbeat(), 15_000);
