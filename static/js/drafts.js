// What a person types is never lost, and nobody else's. A form with data-draft keeps its texts in this browser under that key,
// for the reader of the page (data-reader of its body; a visitor has none), gives them back after a reload, a crash or a
// log-in, and forgets them on the page that says data-draft-saved="key", or "key#uuid" for one writing.
// What was sent is kept with its client_uuid, under a name that no other form writes, so that sent again it is written once;
// what the site has not answered (data-unsent) is said to be so.

const PREFIX = "draft:";
const KEPT_DAYS = 30;
const PAUSE_MS = 400;
const reader = document.body.dataset.reader ?? "";

const placeOf = (owner, name) => PREFIX + (owner && `${owner}/`) + name;

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
    return places().filter((place) => place.startsWith(start) && !place.slice(start.length).includes("/")
      && isNamed(place.slice(start.length)) && (owner === reader || read(place)?.tab === tab()));
  });
}

function keepable(field) {
  if (!field.name || field.disabled || field.name === "csrfmiddlewaretoken") return false;
  return !["hidden", "password", "file", "submit", "button"].includes(field.type) && field.autocomplete !== "one-time-code";
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

// Whether a text was sent, or differs from the one that came with the page: a choice alone is not worth keeping.
function typed(form) {
  const isSent = "sent" in form.dataset || form.querySelector("[aria-invalid=true], .form-errors");
  const isNew = (field) => isSent || field.value !== field.defaultValue;
  const isText = (field) => keepable(field) && /^(text|search|textarea)$/.test(field.type);
  return [...form.elements].some((field) => isText(field) && field.value.trim() && isNew(field));
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
  const folded = form.closest("details");
  if (folded) folded.open = true;
}

const attached = new WeakSet();

class Draft {
  kept = null; // where this form's text is, and what is there: what another form has put there since is not ours to take away

  constructor(form) {
    this.form = form;
    this.key = form.dataset.draft;
    const isGivenBack = form.querySelector("[aria-invalid=true], .form-errors");
    // What the server gave back, after an error, is newer than what the browser kept.
    if (isGivenBack) this.send();
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
    this.kept = { place, text: localStorage.getItem(place) };
    giveBack(this.form, kept);
  }

  keep() {
    clearTimeout(this.timer);
    this.timer = 0;
    const { form, key, uuid } = this;
    if (!form.isConnected) return; // what was sent or put away has no say any more
    const place = placeOf(reader, uuid ? `${key}#${uuid}` : key);
    if (!typed(form) || place !== this.kept?.place) this.forget();
    if (!typed(form)) return;
    const text = JSON.stringify({ at: Date.now(), tab: reader ? undefined : tab(), key, uuid, fields: gather(form), unsent: unsentOf(form) });
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

function forgetSaved({ dataset }) {
  for (const saved of dataset.draftSaved.split(" ")) {
    ours((name) => name === saved || name.startsWith(`${saved}#`)).forEach((place) => forget(place));
  }
}

function visit(root) {
  const inside = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  inside("[data-draft-saved]").forEach(forgetSaved);
  inside("form[data-draft]").forEach(attach);
}

function dropOld() {
  const limit = Date.now() - KEPT_DAYS * 86_400_000;
  for (const place of places()) if (!(read(place)?.at > limit)) forget(place);
}

dropOld();
visit(document);
document.addEventListener("concertation:unsent", ({ detail }) => {
  detail.push(...ours(() => true).map(read).filter((one) => one?.unsent));
});
document.addEventListener("concertation:arrived", (event) => visit(event.target));
