// What a person types is never lost. A form with data-draft keeps its texts in this browser under that key, gives them
// back after a reload, a crash or a log-in, and forgets them on the page that says data-draft-saved="key".

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
    localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), fields: gather(form) }));
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

// Whether a text differs from the one that came with the page: a choice alone is not worth keeping.
function typed(form) {
  const isText = (field) => keepable(field) && /^(text|search|textarea)$/.test(field.type);
  return [...form.elements].some((field) => isText(field) && field.value.trim() && field.value !== field.defaultValue);
}

function giveBack(form, fields) {
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
  if (kept && !form.querySelector("[aria-invalid=true], .form-errors")) giveBack(form, kept.fields);
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    timer = setTimeout(() => write(key, form), PAUSE_MS);
  };
  const saveNow = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    write(key, form);
  };
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("submit", saveNow);
  form.addEventListener("reset", () => forget(key));
  window.addEventListener("pagehide", saveNow);
}

function visit(root) {
  const inside = (selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
  inside("[data-draft-saved]").forEach((mark) => forget(mark.dataset.draftSaved));
  inside("form[data-draft]").forEach(attach);
}

function dropOld() {
  const limit = Date.now() - KEPT_DAYS * 86_400_000;
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(PREFIX) && !(read(name.slice(PREFIX.length))?.at > limit)) localStorage.removeItem(name);
    }
  } catch {
    // As above.
  }
}

dropOld();
visit(document);
document.addEventListener("concertation:arrived", (event) => visit(event.target));
