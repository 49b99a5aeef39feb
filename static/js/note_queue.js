// Notes typed while people speak. Each is put in a queue in this browser and sent in order, and the form is free at once:
// the focus stays in its text. Without network the queue is shown as not sent, and goes when the network is back, also
// after a reload. Each note has its uuid, so that one sent twice is written once.

import { insertRow } from "./rows.js";

const RETRY_MS = 15_000;
const form = document.getElementById("note");
const shown = document.getElementById("unsent-notes");
const place = `notes:${document.body.dataset.reader}|${location.pathname}`;
let isSending = false;
let timer = 0;

function read() {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? [];
  } catch {
    return [];
  }
}

function write(queue) {
  localStorage.setItem(place, JSON.stringify(queue));
}

const remove = ({ uuid }) => write(read().filter((one) => one.uuid !== uuid));

// Several tabs share the queue; each shows and sends all of it.
function show(why, error = "") {
  const queue = read();
  shown.hidden = !queue.length;
  shown.replaceChildren(...queue.map((note, position) => {
    const item = document.getElementById("unsent-note").content.firstElementChild.cloneNode(true);
    const state = position && why === "refused" ? "sending" : why;
    for (const part of item.querySelectorAll("[data-why]")) if (part.dataset.why !== state) part.remove();
    item.querySelector("[data-text]").textContent = new Map(note.fields).get("text");
    item.querySelector("[data-error]")?.append(error);
    item.querySelector("button")?.addEventListener("click", () => takeBack(note));
    return item;
  }));
}

function takeBack(note) {
  const fields = new Map(note.fields);
  for (const field of form.elements) {
    if (field.type === "radio" || field.type === "checkbox") field.checked = fields.get(field.name) === field.value;
    else if (fields.has(field.name)) field.value = fields.get(field.name);
  }
  remove(note);
  show("sending");
  form.elements.text.focus();
  send();
}

async function renewToken() {
  const html = await (await fetch(location.href, { credentials: "same-origin" })).text();
  const token = new DOMParser().parseFromString(html, "text/html").querySelector("#note [name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
  return Boolean(token);
}

function post(note) {
  const body = new URLSearchParams(note.fields);
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  return fetch(note.to, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
}

function written(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const shell = template.content.firstElementChild;
  const list = document.querySelector(`[data-live-list="note:${shell.dataset.table}"]`);
  if (!list || document.querySelector(`[data-live-shell="${shell.dataset.liveShell}"]`)) return;
  list.querySelector("[data-live-absent]")?.remove();
  insertRow(shell, list);
}

async function sendFirst(note) {
  let answer = await post(note);
  if (answer.status === 403 && (await renewToken())) answer = await post(note);
  if (answer.status === 201) {
    remove(note);
    written(await answer.text());
    return "";
  }
  if (answer.status === 422) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show("refused", page.querySelector(".form-errors ul")?.textContent ?? "");
    return "refused";
  }
  return answer.type === "opaqueredirect" || answer.status === 403 ? "session" : "network";
}

async function send() {
  clearTimeout(timer);
  if (isSending) return;
  isSending = true;
  let why = "";
  try {
    for (let queue = read(); queue.length && !why; queue = read()) {
      show("sending");
      why = await sendFirst(queue[0]);
    }
  } catch {
    why = "network";
  }
  isSending = false;
  if (why !== "refused") show(why || "sending");
  if (why === "network") timer = setTimeout(send, RETRY_MS);
}

function queueNote(event) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  if (!form.elements.text.value.trim()) return; // the page says what is missing
  try {
    write([...read(), { to: form.getAttribute("action"), uuid: form.elements.client_uuid.value, fields }]);
  } catch {
    return; // no store: a plain form
  }
  event.preventDefault();
  for (const field of form.querySelectorAll("textarea, input[type=text]")) field.defaultValue = "";
  form.reset();
  form.querySelectorAll(".form-errors, .field__error").forEach((error) => error.remove());
  form.elements.client_uuid.value = crypto.randomUUID();
  form.elements.text.focus();
  send();
}

if (form && crypto.randomUUID) {
  // On the document, after drafts.js has had its turn: the reset above clears the draft.
  document.addEventListener("submit", (event) => event.target === form && queueNote(event));
  window.addEventListener("online", send);
  send();
}
