// Writing in place. Every act works as a plain form; this file spares the way to another page.
// A reply opens under what it answers, one's own text appears at once, a refused one stays where it was typed.

import { mergeRow, mergeShell } from "./merge.js";
import { recordEvents } from "./replay.js";
import { insertRow, parse, rowsOf } from "./rows.js";

const FETCH = { "X-Requested-With": "fetch" };
const PATIENCE = 20_000;

const acts = document.getElementById("acts"); // the form of reactions, with what is announced of an act
const say = (detail) => document.dispatchEvent(new CustomEvent("concertation:status", { detail }));
const toast = (text) => document.dispatchEvent(new CustomEvent("concertation:toast", { detail: { text } }));

const dress = (element) => element.dispatchEvent(new CustomEvent("concertation:arrived", { bubbles: true }));

// The part of another page that has this id: replies, a composer.
async function partOf(url, id) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
}

// Replies ----------------------------------------------------------------------------------------------------------

async function openReply(link, { focus = true } = {}) {
  const slot = link.closest("[data-live-shell]").querySelector(":scope > .reply-slot");
  const open = slot.querySelector("form");
  if (!open) {
    const number = link.dataset.reply;
    const found = await partOf(link.href, `repondre-${number}`);
    const form = found?.querySelector("form");
    if (!form) throw new Error(link.href);
    // Asked for twice, it is the first that one writes in.
    if (!slot.querySelector("form")) {
      slot.replaceChildren(form);
      dress(slot);
    }
  }
  if (focus) slot.querySelector("textarea").focus();
}

async function unfold(link) {
  const list = document.getElementById(`fil-${link.dataset.unfold}`);
  const replay = recordEvents();
  const found = await partOf(link.href, list.id);
  const known = new Set([...list.children].map((one) => one.dataset.liveShell));
  const added = [...found.children].filter((one) => !known.has(one.dataset.liveShell));
  for (const one of added) insertRow(document.adoptNode(one), list);
  link.closest("p").remove();
  replay();
  dress(list);
  if (added[0]) { added[0].tabIndex = -1; added[0].focus({ preventScroll: true }); }
}

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
  form.dispatchEvent(new CustomEvent("concertation:keep"));
  form.remove();
  shell?.querySelector("[data-reply]")?.focus();
}

// On a phone the composer is folded to one line: it opens where it is, ready to be written in.
function openComposer() {
  const part = document.getElementById("contribuer");
  if (!part) return;
  part.parentElement.open = true;
  part.closest("form").scrollIntoView({ block: "start" });
  part.querySelector("textarea").focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
  if (!isPlain || !event.target.closest("a[href='#contribuer']")) return;
  event.preventDefault();
  openComposer();
});

document.addEventListener("toggle", (event) => {
  if (event.target.matches(".composer__fold") && event.target.open && event.target.contains(document.activeElement)) {
    event.target.querySelector("textarea").focus({ preventScroll: true });
  }
}, true);

// A row that came by the live channel brings its number: what surrounds it is named by it, as on a page just loaded.
document.addEventListener("live:inserted", (event) => {
  const shell = event.target;
  const number = shell.querySelector("[data-live]")?.id.replace("c-", "");
  const ref = shell.querySelector(".contribution__ref, .contribution__placeholder a")?.textContent;
  const list = shell.querySelector(":scope > .replies");
  for (const one of [shell.querySelector(":scope > article"), list]) {
    const { label, replyLabel } = one?.dataset ?? {};
    if (label) one.setAttribute("aria-label", (list ? label : replyLabel).replace("{ref}", ref));
  }
  if (list) list.id = `fil-${number}`;
  for (const link of shell.querySelectorAll(":scope > article a[data-reply]")) {
    link.dataset.reply = number;
    link.href = `${link.dataset.base}${number}/?repondre=${number}#repondre-${number}`;
    link.querySelector("[data-ref]").textContent = ref;
  }
  dress(shell);
});
document.addEventListener("live:replaced", (event) => {
  const shell = event.target.closest(".contribution-shell");
  if (shell) dress(shell.parentElement);
});

// Publishing -------------------------------------------------------------------------------------------------------

function patience() {
  const end = new AbortController();
  setTimeout(() => end.abort(), PATIENCE);
  return end.signal;
}

async function publish(form) {
  if (form.inert) return;
  form.querySelector(".composer__failed")?.remove();
  const body = new FormData(form);
  keepUnsent(form);
  form.inert = true;
  form.classList.add("is-sending");
  const sending = showSending(form, body);
  let told = null;
  try {
    if (form.dataset.refused && !(await renewToken(form, body))) { form.submit(); return; }
    const answer = await fetch(form.action, { method: "POST", body, headers: FETCH, signal: patience() });
    const html = await answer.text();
    told = () => answered(form, answer.status, html);
  } catch {
    told = () => failed(form, "network");
  }
  sending?.remove();
  form.inert = false;
  form.classList.remove("is-sending");
  told();
  if (form.isConnected) dress(form);
}

function answered(form, status, html) {
  if (status === 201) published(form, parse(html));
  else if (status === 422 || status === 409) mend(form, parse(html));
  else if (status === 202) location.assign(html); // another step first: who one is
  else failed(form, status === 403 ? "session" : "site");
}

// Until the site has answered, this text counts as not sent, also after a reload; under the same name it is written once.
function keepUnsent(form) {
  const number = form.dataset.composer;
  const thread = form.querySelector("[data-close-composer]")?.getAttribute("href");
  form.dataset.page = number ? `${thread}?repondre=${number}#repondre-${number}` : `${location.pathname}#contribuer`;
  form.dataset.unsent = "sent";
  form.dispatchEvent(new CustomEvent("concertation:keep"));
}

function listOf(form) {
  return form.dataset.composer
    ? form.closest(".threads > .thread")?.querySelector(".replies")
    : document.querySelector(".threads[data-live-list]");
}

// One's own text is seen at once, as it was typed, until its row comes.
function showSending(form, body) {
  const list = listOf(form);
  if (!list) return null;
  const shell = document.getElementById("sending").content.firstElementChild.cloneNode(true);
  const title = shell.querySelector("[data-title]");
  if (body.get("titre")) title.textContent = body.get("titre");
  else title.remove();
  shell.querySelector("[data-text]").textContent = body.get("texte");
  if (form.dataset.composer) list.append(shell);
  else list.prepend(shell);
  return shell;
}

// The page was refused because its token is of another session: the present one's is asked for.
async function renewToken(form, body) {
  const fresh = await partOf(location.href, "acts");
  const token = fresh?.elements.csrfmiddlewaretoken?.value;
  if (!token) return false;
  delete form.dataset.refused;
  for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
  body.set("csrfmiddlewaretoken", token);
  return true;
}

function published(form, shell) {
  const isReply = Boolean(form.dataset.composer);
  const list = isReply || !shell.querySelector(".is-pending") ? listOf(form) : document.querySelector("[data-pending]");
  delete form.dataset.unsent;
  renew(form);
  if (isReply) form.remove();
  if (!list) { location.reload(); return; }
  document.querySelectorAll("[data-live-absent]").forEach((empty) => empty.remove());
  const twin = document.querySelector(`[data-live-shell="${shell.dataset.liveShell}"]`);
  if (twin) {
    mergeShell(twin, shell);
    shell = twin;
  } else insertRow(shell, list);
  dress(shell);
  shell.scrollIntoView({ block: "nearest" });
  shell.tabIndex = -1;
  shell.focus({ preventScroll: true });
  const { recorded, publishedReply, published: publishedRoot } = acts.dataset;
  if (shell.querySelector(".is-pending")) say(recorded);
  else say(isReply ? publishedReply : publishedRoot);
}

// Empty, under a new name, also if the texts in it came back from the site with something to correct.
function renew(form) {
  const texts = form.querySelectorAll("textarea, input[type=text]");
  for (const field of texts) field.defaultValue = "";
  form.reset();
  for (const field of texts) field.dispatchEvent(new Event("input", { bubbles: true }));
  form.elements.client_uuid.value = crypto.randomUUID?.() ?? "";
  form.querySelectorAll(".form-errors, .field__error").forEach((error) => error.remove());
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
}

function mend(form, next) {
  form.reset(); // its words are in the next one, maybe under another name
  form.replaceWith(next);
  dress(next.parentElement);
  next.dispatchEvent(new CustomEvent("concertation:keep"));
  next.querySelector("[data-focus]")?.focus();
}

// Not sent --------------------------------------------------------------------------------------------------------

// What has not been sent stays in its form, says why, and can be sent again.
function failed(form, why) {
  if (why === "session") form.dataset.refused = "yes";
  const notice = noticeOf(form.dataset.composer, why);
  notice.querySelector("[data-resume]").remove();
  form.querySelector(".composer__fold")?.setAttribute("open", "");
  form.querySelector(".composer__acts").before(notice);
  if (why !== "kept") notice.querySelector("button").focus();
}

function noticeOf(answers, why) {
  const notice = document.getElementById("unsent").content.firstElementChild.cloneNode(true);
  const what = answers ? "reply" : "contribution";
  for (const one of notice.querySelectorAll("[data-what]")) if (one.dataset.what !== what) one.remove();
  for (const one of notice.querySelectorAll("[data-why]")) if (one.dataset.why !== why) one.remove();
  return notice;
}

function tellUnsent() {
  for (const form of document.querySelectorAll("form[data-unsent=kept]")) {
    if (!form.querySelector(".composer__failed")) failed(form, "kept");
  }
}

// What was not sent from here before the page was loaded again: its composer is opened, or there is a way to it.
function findUnsent() {
  const asked = new CustomEvent("concertation:unsent", { detail: [] });
  document.dispatchEvent(asked);
  const room = document.querySelector("live-room");
  for (const { key, fields, unsent } of asked.detail) {
    if (unsent.room !== room?.dataset.room || document.querySelector(`form[data-draft="${CSS.escape(key)}"]`)) continue;
    const link = unsent.answers && document.querySelector(`a[data-reply="${CSS.escape(unsent.answers)}"]`);
    if (link) openReply(link, { focus: false }).catch(() => showUnsent(room, fields, unsent));
    else showUnsent(room, fields, unsent);
  }
}

function showUnsent(room, fields, { answers, page }) {
  const notice = noticeOf(answers, "kept");
  notice.querySelector("button").remove();
  const resume = notice.querySelector("[data-resume]");
  resume.querySelector("[data-text]").textContent = fields.texte;
  resume.querySelector("a").href = page;
  room.prepend(notice);
}

document.addEventListener("concertation:arrived", tellUnsent);
tellUnsent();
findUnsent();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-fetch]") || !window.fetch) return;
  event.preventDefault();
  publish(form);
});

// Reactions --------------------------------------------------------------------------------------------------------

// What one wants in the end is said, so that a press whose answer was lost may come again and counts once.
function wantedBy(button) {
  const kind = button.value.split(":")[1];
  return button.closest(".contribution-shell")?.dataset.reaction === kind ? "" : kind;
}

async function react(button, form, wanted) {
  const body = new FormData(form);
  body.set("reaction", button.value);
  body.set("voulue", wanted);
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body, headers: FETCH, redirect: "manual", signal: patience() });
  } catch {
    toast(acts.dataset.unanswered);
    return;
  }
  const text = answer.type === "opaqueredirect" ? "" : await answer.text();
  if (answer.status === 422) { toast(text); return; }
  if (!answer.ok) throw new Error(String(answer.status));
  const next = parse(text);
  const row = next.querySelector(".contribution");
  for (const old of rowsOf(row.dataset.live)) {
    const shell = old.closest(".contribution-shell");
    if (next.dataset.reaction) shell.dataset.reaction = next.dataset.reaction;
    else delete shell.dataset.reaction;
    mergeRow(old, row);
    dress(shell.parentElement);
    shell.querySelector(`.reaction[value="${button.value}"]`)?.focus({ preventScroll: true });
  }
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.id !== "acts" || button?.name !== "reaction" || !event.target.elements.csrfmiddlewaretoken) return;
  event.preventDefault();
  const wanted = wantedBy(button);
  react(button, event.target, wanted).catch(() => {
    for (const [name, value] of [["reaction", button.value], ["voulue", wanted]]) {
      event.target.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    event.target.submit();
  });
});
