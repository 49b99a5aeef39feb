// What a person types is never lost. A form with data-draft keeps its texts in this browser under that key, gives them
// back after a reload, a crash or a log-in, and forgets them on the page that says data-draft-saved="key".
// A form with data-unsent was sent and not answered: it keeps its client_uuid too, so that sending again writes once.

const PREFIX = "draft:";
const KEPT_DAYS = 30;
const PAUSE_MS = 400;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function write(key, form) {
  if (!typed(form)) return forget(key);
  try {
    const kept = { at: Date.now(), fields: gather(form), unsent: unsentOf(form) };
    localStorage.setItem(PREFIX + key, JSON.stringify(kept));
  } catch {
    // Private browsing or a full store: the page still works, it only does not remember.
  }
}

function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // As above.
  }
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
  return { uuid: form.elements.client_uuid.value, room, page: form.dataset.page, answers: form.dataset.composer };
}

// Whether a text was sent, or differs from the one that came with the page: a choice alone is not worth keeping.
function typed(form) {
  const isSent = "unsent" in form.dataset || form.querySelector("[aria-invalid=true], .form-errors");
  const isNew = (field) => isSent || field.value !== field.defaultValue;
  const isText = (field) => keepable(field) && /^(text|search|textarea)$/.test(field.type);
  return [...form.elements].some((field) => isText(field) && field.value.trim() && isNew(field));
}

function giveBack(form, { fields, unsent }) {
  if (unsent) {
    form.dataset.unsent = "kept";
    form.dataset.page = unsent.page;
    form.elements.client_uuid.value = unsent.uuid;
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

function attach(form) {
  if (form.dataset.draftAttached) return;
  form.dataset.draftAttached = "yes";
  const key = form.dataset.draft;
  const kept = read(key);
  // What the server gave back, after an error, is newer than what the browser kept.
  if (kept && !form.querySelector("[aria-invalid=true], .form-errors")) giveBack(form, kept);
  let timer = 0;
  const saveNow = () => {
    clearTimeout(timer);
    timer = 0;
    if (form.isConnected) write(key, form); // what was sent or put away has no say any more
  };
  const save = () => {
    clearTimeout(timer);
    timer = setTimeout(saveNow, PAUSE_MS);
  };
  const saveWaiting = () => timer && saveNow();
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("submit", saveWaiting);
  form.addEventListener("concertation:keep", saveNow);
  form.addEventListener("reset", () => forget(key));
  window.addEventListener("pagehide", saveWaiting);
}

function visit(root) {
  const inside = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  inside("[data-draft-saved]").forEach((mark) => forget(mark.dataset.draftSaved));
  inside("form[data-draft]").forEach(attach);
}

function keys() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
}

function dropOld() {
  const limit = Date.now() - KEPT_DAYS * 86_400_000;
  for (const key of keys()) if (!(read(key)?.at > limit)) forget(key);
}

dropOld();
visit(document);
document.addEventListener("concertation:unsent", ({ detail }) => {
  detail.push(...keys().map((key) => ({ key, ...read(key) })).filter((one) => one.unsent));
});
document.addEventListener("concertation:arrived", (event) => visit(event.target));
