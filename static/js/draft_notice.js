// What a form says of a draft: one shown instead of the saved text, or one typed over an older text.
// The sentences are in <template id="saved-draft"> (components/saved_draft.html).

function noticeAbove(form, kind, { at }) {
  const template = document.getElementById("saved-draft");
  if (!template) return null;
  form.querySelector(".saved-draft")?.remove();
  const notice = template.content.firstElementChild.cloneNode(true);
  for (const part of notice.querySelectorAll("[data-kind]")) if (part.dataset.kind !== kind) part.remove();
  const { zone: timeZone, first, hour } = template.dataset;
  notice.querySelector("time").textContent = new Date(at)
    .toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone })
    .replace(/^1 /, first).replace(/0?(\d+):(\d\d)/, hour).replace(/\s00$/, "");
  form.prepend(notice);
  return notice;
}

function onPress(notice, name, act) {
  notice.querySelector(`[value=${name}]`).addEventListener("click", () => {
    notice.remove();
    act();
  });
}

export function showResumed(form, draft, drop) {
  const notice = noticeAbove(form, "resumed", draft);
  if (notice) onPress(notice, "drop", drop);
}

export function offerDraft(form, draft, { take, drop }) {
  const notice = noticeAbove(form, "offered", draft);
  if (!notice) return;
  const words = notice.querySelector("[data-words]");
  for (const field of form.elements) {
    const kept = draft.fields[field.name];
    if (typeof kept !== "string" || kept === field.value || !/^(text|search|textarea)$/.test(field.type)) continue;
    const label = field.labels?.[0]?.firstChild?.textContent.trim();
    if (label) words.append(Object.assign(document.createElement("p"), { className: "soft small", textContent: label }));
    words.append(Object.assign(document.createElement("p"), { className: "composer__text", textContent: kept }));
  }
  onPress(notice, "take", take);
  onPress(notice, "drop", drop);
}
