// Writing in place. Every act works as a plain form; this file spares the way to another page.
// A reply opens under what it answers, one's own text appears at once, a refused one stays where it was typed.

const FETCH = { "X-Requested-With": "fetch" };

const say = (detail) => document.dispatchEvent(new CustomEvent("concertation:status", { detail }));
const toast = (text) => document.dispatchEvent(new CustomEvent("concertation:toast", { detail: { text } }));

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

const dress = (element) => element.dispatchEvent(new CustomEvent("concertation:arrived", { bubbles: true }));

// The part of another page that has this id: replies, a composer.
async function partOf(url, id) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
}

// Replies ----------------------------------------------------------------------------------------------------------

async function openReply(link) {
  const slot = link.closest("[data-live-shell]").querySelector(":scope > .reply-slot");
  const open = slot.querySelector("form");
  if (!open) {
    const number = link.dataset.reply;
    const found = await partOf(link.href, `repondre-${number}`);
    const form = found?.querySelector("form");
    if (!form) throw new Error("no composer");
    slot.replaceChildren(form);
    dress(slot);
  }
  slot.querySelector("textarea").focus();
}

async function unfold(link) {
  const list = document.getElementById(`fil-${link.dataset.unfold}`);
  const found = await partOf(link.href, list.id);
  const known = new Set([...list.children].map((one) => one.dataset.liveShell));
  const added = [...found.children].filter((one) => !known.has(one.dataset.liveShell));
  for (const one of added) list.append(document.adoptNode(one));
  for (const one of [...list.children].sort(byPath)) list.append(one);
  link.closest("p").remove();
  dress(list);
  if (added[0]) { added[0].tabIndex = -1; added[0].focus({ preventScroll: true }); }
}

const pathOf = (shell) => shell.querySelector("[data-path]")?.dataset.path ?? "";
const byPath = (one, other) => (pathOf(one) < pathOf(other) ? -1 : 1);

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const link = event.target.closest("a[data-reply], a[data-unfold], a[data-close-composer]");
  if (!link) return;
  event.preventDefault();
  if ("closeComposer" in link.dataset) { close(link.closest("form")); return; }
  const act = "unfold" in link.dataset ? unfold : openReply;
  act(link).catch(() => { location.href = link.href; });
});

function close(form) {
  const shell = form.closest("[data-live-shell]");
  form.remove();
  shell?.querySelector("[data-reply]")?.focus();
}

// A row that came by the live channel brings its number: its links are made from it.
document.addEventListener("live:inserted", (event) => {
  const shell = event.target;
  const number = shell.querySelector("[data-live]")?.id.replace("c-", "");
  for (const link of shell.querySelectorAll(":scope > article a[data-reply]")) {
    link.dataset.reply = number;
    link.href = `${link.dataset.base}${number}/?repondre=${number}#repondre-${number}`;
  }
  dress(shell);
});
document.addEventListener("live:replaced", (event) => {
  const shell = event.target.closest(".contribution-shell");
  if (shell) dress(shell.parentElement);
});

// Publishing -------------------------------------------------------------------------------------------------------

async function publish(form) {
  const button = form.querySelector("button[type=submit]");
  const body = new FormData(form);
  button.disabled = true;
  form.classList.add("is-sending");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: FETCH, credentials: "same-origin" });
    const html = await answer.text();
    if (answer.status === 201) published(form, parse(html));
    else if (answer.status === 422 || answer.status === 409) mend(form, parse(html));
    else form.submit();
  } catch {
    failed(form);
  } finally {
    button.disabled = false;
    form.classList.remove("is-sending");
  }
}

function published(form, shell) {
  const isReply = Boolean(form.dataset.composer);
  const list = isReply ? form.closest(".threads > .thread").querySelector(".replies") : awaitingOr(shell);
  form.querySelector(".composer__failed")?.remove();
  form.reset();
  if (isReply) form.remove();
  else renew(form);
  if (!list) { location.reload(); return; }
  document.querySelectorAll("[data-live-absent]").forEach((empty) => empty.remove());
  const twin = document.querySelector(`[data-live-shell="${shell.dataset.liveShell}"]`);
  if (twin) twin.replaceWith(shell);
  else if (isReply) list.append(shell);
  else list.prepend(shell);
  dress(shell);
  shell.scrollIntoView({ block: "nearest" });
  shell.tabIndex = -1;
  shell.focus({ preventScroll: true });
  say(isReply ? "Votre réponse est publiée." : "Votre contribution est publiée.");
}

// A text that waits for moderation has its own list, which may not be on the page yet.
function awaitingOr(shell) {
  if (shell.querySelector(".is-pending")) return document.querySelector("[data-awaiting]");
  return document.querySelector(".threads[data-live-list]");
}

function renew(form) {
  form.elements.client_uuid.value = crypto.randomUUID?.() ?? "";
  form.querySelectorAll(".form-errors, .field__error").forEach((error) => error.remove());
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
}

function mend(form, next) {
  form.replaceWith(next);
  dress(next.parentElement);
  next.querySelector("[data-focus]")?.focus();
}

// The network is away: the text stays, the same writing can be sent again and is written once.
function failed(form) {
  if (form.querySelector(".composer__failed")) return;
  const notice = document.createElement("p");
  notice.className = "composer__failed notice notice--warning";
  notice.setAttribute("role", "alert");
  notice.textContent =
    "L’envoi n’a pas abouti : vérifiez votre connexion, puis publiez à nouveau. Votre texte est conservé sur cet appareil.";
  form.querySelector(".composer__acts").before(notice);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-fetch]") || !window.fetch) return;
  event.preventDefault();
  publish(form);
});

// Reactions --------------------------------------------------------------------------------------------------------

async function react(button, form) {
  const body = new FormData(form);
  body.set("reaction", button.value);
  const answer = await fetch(form.action, { method: "POST", body, headers: FETCH, redirect: "manual" });
  const text = answer.type === "opaqueredirect" ? "" : await answer.text();
  if (answer.status === 422) { toast(text); return; }
  if (!answer.ok) throw new Error(String(answer.status));
  const next = parse(text);
  const row = next.querySelector(".contribution");
  for (const old of document.querySelectorAll(`[data-live="${row.dataset.live}"]`)) {
    const shell = old.closest(".contribution-shell");
    if (next.dataset.reaction) shell.dataset.reaction = next.dataset.reaction;
    else delete shell.dataset.reaction;
    if (Number(old.dataset.version) <= Number(row.dataset.version)) old.replaceWith(row.cloneNode(true));
    dress(shell.parentElement);
    shell.querySelector(`.reaction[value="${button.value}"]`)?.focus({ preventScroll: true });
  }
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.id !== "acts" || button?.name !== "reaction" || !event.target.elements.csrfmiddlewaretoken) return;
  event.preventDefault();
  react(button, event.target).catch(() => {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "reaction", value: button.value });
    event.target.append(field);
    event.target.submit();
  });
});
