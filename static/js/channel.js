/* The one connection of the page, whatever the number of its rooms: a socket, else requests. It hands frames to the rooms
 * (live.js). Its states, and what leads from one to another, are the table in channel_state.js; docs/live/writing-a-client.md
 * has the frames, the codes, and what to do with each. */

import { after, eventOfClose, FIRST, waitAfter } from "./channel_state.js";

const POLL_EVERY = 15_000;
const OFFLINE_AFTER = 8_000;
const LONGEST_WAIT = 30_000;
const PATIENCE = 20_000;
const GREETED_WITHIN = 10_000; // a proxy may swallow a socket, or keep back what it says
const LONGEST_GAP_WAIT = 1_500;
const OPEN = 1; // a page may be without WebSocket altogether
const NO_SIGN = 1006;
const OVER = { sessionEnded: "ended", narrowed: "narrowed" }; // the words of the notice; none for a page without a room

const jitter = (ms) => ms * (0.5 + Math.random());

class Channel {
  rooms = new Set();
  seqs = new Map();
  refetching = new Map();
  state = FIRST;
  socket = null;
  failures = 0;
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

  happen(event) {
    const last = this.state;
    this.state = after(last, event);
    if (this.state === last) return;
    if (last === "polling") clearTimeout(this.polling);
    if (this.state === "polling") this.pollIn(1_000);
    if (this.state === "over") this.end(event);
  }

  connect() {
    if (this.state === "over" || this.socket || !this.rooms.size) return;
    clearTimeout(this.retrying);
    const url = new URL(this.first.dataset.url, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.search = this.query();
    let socket;
    try { socket = new WebSocket(url); } catch { this.happen("noSockets"); return; }
    this.socket = socket;
    this.lastSign = Date.now();
    this.happen("opened");
    this.greeting = setTimeout(() => this.lose("noGreeting"), GREETED_WITHIN);
    socket.onmessage = (message) => { if (this.socket === socket) this.receive(JSON.parse(message.data)); };
    socket.onclose = (event) => { if (this.socket === socket) this.lose(this.eventOf(event.code)); };
  }

  eventOf(code) { return eventOfClose(code, this.failures, this.seqs.size > 0); }

  dropSocket() {
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.greeting);
    socket?.close(1000);
  }

  hangUp() {
    this.dropSocket();
    this.happen("left");
  }

  lose(event) {
    this.dropSocket();
    for (const room of this.rooms) room.showPresence({ readers: 0, writing: [] });
    this.happen(event);
    if (this.state === "over") return;
    this.failures += 1;
    if (this.state === "waiting") this.miss();
    this.retrying = setTimeout(() => this.connect(), jitter(waitAfter(event, this.failures)));
  }

  /* This page is no longer for this reader. */
  end(event) {
    this.dropSocket();
    clearTimeout(this.offline);
    if (event in OVER) for (const room of this.rooms) room.askToReload(room.dataset[OVER[event]]);
  }

  /* Neither a socket nor an answer: said once it lasts. */
  miss() {
    this.offline ??= setTimeout(() => this.say("offline"), OFFLINE_AFTER);
  }

  say(word) {
    this.wasOffline ||= word === "offline";
    this.first?.speak(this.first.dataset[word]);
  }

  working() {
    clearTimeout(this.offline);
    this.offline = null;
    if (this.wasOffline) { this.wasOffline = false; this.say("online"); }
  }

  /* Without a socket: the same frames, asked for. A hidden page sleeps and catches up when it is looked at. */
  pollIn(wait) {
    clearTimeout(this.polling);
    this.polling = setTimeout(async () => {
      if (!document.hidden) await this.fetchMissed();
      if (this.state === "polling") this.pollIn(POLL_EVERY);
    }, jitter(wait));
  }

  /* Whether what was missed is here. */
  async fetchMissed() {
    if (!this.rooms.size) return false;
    const url = new URL(this.first.dataset.replay, location.href);
    url.search = this.query();
    try {
      const options = { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(PATIENCE) };
      const answer = await fetch(url, options);
      if (answer.status === 404) { this.happen("narrowed"); return false; }
      if (!answer.ok) throw new Error(String(answer.status));
      const { now, frames } = await answer.json();
      this.clock(now);
      this.working();
      for (const frame of frames) this.apply(frame);
      return true;
    } catch {
      // The network is away, or the site; the next round asks again.
      if (this.state === "polling") this.miss();
      return false;
    }
  }

  receive(frame) {
    this.lastSign = Date.now();
    if (frame.type === "hello") {
      clearTimeout(this.greeting);
      this.happen("greeted");
      this.failures = 0;
      this.working();
      this.beat = frame.beat * 1_000;
      this.clock(frame.now);
    } else if (frame.type === "beat") {
      this.clock(frame.now);
      for (const [key, seq] of Object.entries(frame.rooms)) if (seq > (this.seqs.get(key) ?? seq)) this.mend(key);
    } else if (frame.type === "events" && frame.from > this.seqs.get(frame.room) && this.refetching.has(frame.room)) {
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

  /* A jump in the numbers: ask for what is between, and keep what comes meanwhile for after it. Unanswered, ask again, each
     time later. */
  mend(key, frame) {
    const held = this.refetching.get(key);
    if (held) { if (frame) held.push(frame); return; }
    this.refetching.set(key, frame ? [frame] : []);
    const ask = async (wait) => {
      if (this.state === "over") return;
      const isMended = await this.fetchMissed();
      if (!isMended) { setTimeout(() => ask(Math.min(2 * wait, LONGEST_WAIT)), jitter(wait)); return; }
      const waiting = this.refetching.get(key);
      this.refetching.delete(key);
      for (const one of waiting) this.apply(one);
    };
    setTimeout(() => ask(2 * LONGEST_GAP_WAIT), Math.random() * LONGEST_GAP_WAIT);
  }

  /* The page is looked at again: connect now rather than when its turn comes, and ask for what was missed meanwhile. */
  wakeUp() {
    if (this.state === "over" || !this.rooms.size) return;
    if (this.state === "polling") this.fetchMissed();
    this.check();
    this.connect();
  }

  /* A socket that says nothing, not even its heartbeat, is dead, whatever the browser believes. */
  check() {
    if (this.socket && this.beat && Date.now() - this.lastSign > 2.5 * this.beat) this.lose(this.eventOf(NO_SIGN));
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
