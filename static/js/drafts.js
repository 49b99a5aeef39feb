// Drafts: keep what is typed in every form that has a text, in localStorage, until the site has saved it.
// A draft is named by the address its form posts to, which names the object (data-draft="key" where one address serves
// several objects, data-draft="" for no draft), by the viewer (data-reader of the body; a visitor has none) and, once
// sent, by its client_uuid. It remembers the text it was typed over: over another one it is offered, not laid.
// The cookie of a success names what was saved, "key" or "key#uuid", and that draft is removed.
// What the site has not answered yet (data-unsent) is shown as not sent.

import { offerDraft, showResumed } from "./draft_notice.js";

const PREFIX = "draft:";
const SAVED_COOKIE = "saved_drafts";
const KEPT_DAYS = 30;
const PAUSE_MS = 400;
const reader = document.body.dataset.reader ?? "";

const placeOf = (owner, name) => `${PREFIX}${owner}|${name}`;

function read(place) {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

function write(place, text) {
  try {
    localStorage.setItem(place, text);
  } catch {
    // Private browsing or a full store: the page still works, it only does not remember.
  }
}

function forget(place, text = null) {
  try {
    if (text === null || localStorage.getItem(place) === text) localStorage.removeItem(place);
  } catch {
    // As above.
  }
}

function places() {
  try {
    return Object.keys(localStorage).filter((place) => place.startsWith(PREFIX));
  } catch {
    return [];
  }
}

// This tab, which a log-in leaves as it is.
function tab() {
  try {
    return sessionStorage.tab ??= crypto.randomUUID?.() ?? String(Math.random());
  } catch {
    return "";
  }
}

// Where this reader's texts are, and those that a visitor typed in this tab: the same person, before they said who they are.
function ours(isNamed) {
  return [...new Set([reader, ""])].flatMap((owner) => {
    const start = placeOf(owner, "");
    return places().filter((place) => place.startsWith(start) && isNamed(place.slice(start.length))
      && (owner === reader || read(place)?.tab === tab()));
  });
}

function keepable(field) {
  if (!field.name || field.disabled || field.name === "csrfmiddlewaretoken") return false;
  return !["hidden", "password", "file", "submit", "button"].includes(field.type) && !["one-time-code", "email"].includes(field.autocomplete);
}

function gather(form) {
  const fields = {};
  for (const field of form.elements) {
    if (!keepable(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      fields[field.name] ??= [];
      if (field.checked) fields[field.name].push(field.value);
    } else {
      fields[field.name] = field.value;
    }
  }
  return fields;
}

function unsentOf(form) {
  if (!("unsent" in form.dataset)) return undefined;
  const room = form.closest("live-room")?.dataset.room;
  return { room, page: form.dataset.page, answers: form.dataset.composer };
}

const isText = (field) => keepable(field) && /^(text|search|textarea)$/.test(field.type);
const textsOf = (form) => [...form.elements].filter(isText);
const isRefused = (form) => form.querySelector("[aria-invalid=true], .form-errors") !== null;

// Whether a text was sent, or differs from the one that came with the page: a choice alone is not worth keeping.
function typed(form) {
  const isSent = "sent" in form.dataset || isRefused(form);
  return textsOf(form).some(({ value, defaultValue }) =>
    (value.trim() && isSent) || ((value + defaultValue).trim() && value !== defaultValue));
}

// The saved texts that came with the page, as one short number.
function baseOf(form) {
  let sum = 5381;
  for (const letter of textsOf(form).map((field) => field.defaultValue).join("\u0000")) {
    sum = (sum * 33 + letter.codePointAt(0)) >>> 0;
  }
  return sum;
}

// The address that a form posts to names what it edits.
function addressOf(form) {
  const { pathname, search } = new URL(form.getAttribute("action") || location.href, location.href);
  return pathname + search;
}

function isDraftable(form) {
  if ("draft" in form.dataset) return form.dataset.draft !== "";
  const asksWho = (field) => field.type === "password" || field.autocomplete === "one-time-code";
  return form.method === "post" && textsOf(form).length > 0 && ![...form.elements].some(asksWho);
}

function giveBack(form, { fields, uuid, unsent }) {
  if (uuid && form.elements.client_uuid) {
    form.dataset.sent = "";
    form.elements.client_uuid.value = uuid;
  }
  if (unsent) {
    form.dataset.unsent = "kept";
    form.dataset.page = unsent.page;
  }
  for (const field of form.elements) {
    if (!keepable(field) || !(field.name in fields)) continue;
    const kept = fields[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept.includes(field.value);
    else if (typeof kept === "string") field.value = kept;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  for (const folded of [form.closest("details"), form.querySelector(".composer__fold")]) if (folded) folded.open = true;
}

const attached = new WeakSet();

class Draft {
  kept = null; // where this form's text is, and what is there: what another form has put there since is not ours to take away

  offered = null; // a draft typed over another text, until the person takes it or drops it

  constructor(form) {
    this.form = form;
    this.key = form.dataset.draft || addressOf(form);
    this.base = baseOf(form);
    // What the server gave back, after an error, is newer than what the browser kept.
    if (isRefused(form)) this.keepRefused();
    else this.find();
    const save = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), PAUSE_MS);
    };
    form.addEventListener("input", save);
    form.addEventListener("change", save);
    form.addEventListener("submit", () => { this.send(); this.keep(); });
    form.addEventListener("concertation:keep", () => this.keep());
    form.addEventListener("reset", () => { delete form.dataset.sent; this.forget(); });
    window.addEventListener("pagehide", () => this.timer && this.keep());
  }

  get uuid() {
    return "sent" in this.form.dataset ? this.form.elements.client_uuid.value : "";
  }

  // From here on this text has a name.
  send() {
    if (this.form.elements.client_uuid) this.form.dataset.sent = "";
  }

  // What was sent first, then what is this reader's own.
  find() {
    const [place] = [...ours((name) => name.startsWith(`${this.key}#`)), ...ours((name) => name === this.key)];
    const kept = place && read(place);
    if (!kept) return;
    const isOld = kept.base !== undefined && kept.base !== this.base;
    const isSame = textsOf(this.form).every(({ name, value }) => (kept.fields[name] ?? value) === value);
    if (isOld && isSame) forget(place); // it has been saved meanwhile
    else if (isOld) this.offer(kept, place);
    else this.take(kept, place);
  }

  take(kept, place) {
    this.kept = { place, text: localStorage.getItem(place) };
    giveBack(this.form, kept);
    if (textsOf(this.form).some((field) => field.defaultValue)) showResumed(this.form, kept, () => this.form.reset());
  }

  offer(kept, place) {
    this.offered = kept;
    const settle = () => { this.offered = null; };
    offerDraft(this.form, kept, {
      take: () => { settle(); this.take({ ...kept, base: this.base }, place); this.keep(); },
      drop: () => { settle(); forget(place); this.keep(); },
    });
  }

  // A refused text was typed over the saved one, which this page no longer shows.
  keepRefused() {
    this.send();
    const [place] = ours((name) => name === this.key);
    this.base = (place && read(place)?.base) ?? undefined;
  }

  keep() {
    clearTimeout(this.timer);
    this.timer = 0;
    const { form, key, uuid } = this;
    if (!form.isConnected) return; // what was sent or put away has no say any more
    const place = placeOf(reader, uuid ? `${key}#${uuid}` : key);
    if (!typed(form) || place !== this.kept?.place) this.forget();
    if (!typed(form)) {
      if (this.offered) write(place, JSON.stringify(this.offered));
      return;
    }
    const text = JSON.stringify({
      at: Date.now(), tab: reader ? undefined : tab(), key, uuid, base: this.base, fields: gather(form), unsent: unsentOf(form),
    });
    write(place, text);
    this.kept = { place, text };
  }

  forget() {
    if (this.kept) forget(this.kept.place, this.kept.text);
    this.kept = null;
  }
}

function attach(form) {
  if (attached.has(form)) return;
  attached.add(form);
  new Draft(form);
}

function forgetSaved() {
  const names = document.cookie.split("; ").find((one) => one.startsWith(`${SAVED_COOKIE}=`));
  if (!names) return;
  document.cookie = `${SAVED_COOKIE}=; Max-Age=0; Path=/; SameSite=Lax`;
  for (const saved of names.slice(SAVED_COOKIE.length + 1).split("|").map(decodeURIComponent)) {
    ours((name) => name === saved || name.startsWith(`${saved}#`)).forEach((place) => forget(place));
  }
}

function visit(root) {
  const inside = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  inside("form").filter(isDraftable).forEach(attach);
}

function dropOld() {
  const limit = Date.now() - KEPT_DAYS * 86_400_000;
  for (const place of places()) if (!(read(place)?.at > limit)) forget(place);
}

dropOld();
forgetSaved();
visit(document);
document.addEventListener("concertation:unsent", ({ detail }) => {
  detail.push(...ours(() => true).map(read).filter((one) => one?.unsent));
});
document.addEventListener("concertation:arrived", (event) => visit(event.target));
