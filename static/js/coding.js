// Selecting a passage with the mouse, a finger or the keyboard fills the hidden places that the form sends.
// Offsets are code points of the plain text, as the server counts them; JavaScript counts UTF-16 units.

const codePoints = (text) => [...text].length;

class Coding {
  constructor(form) {
    this.text = form.querySelector("[data-coding-text]");
    this.chosen = form.querySelector("[data-coding-chosen]");
    this.sentences = form.querySelector("[data-coding-sentences]");
    this.start = form.elements.start;
    this.end = form.elements.end;
    this.text.hidden = false;
    this.chosen.hidden = false;
    this.chosen.textContent = this.chosen.dataset.empty;
    document.addEventListener("selectionchange", () => this.read());
    this.sentences.addEventListener("change", () => this.forget());
  }

  read() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!this.text.contains(range.startContainer) || !this.text.contains(range.endContainer)) return;
    const before = document.createRange();
    before.setStart(this.text, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const words = range.toString();
    if (!words.trim()) return;
    const start = codePoints(before.toString());
    this.start.value = start;
    this.end.value = start + codePoints(words);
    this.chosen.textContent = this.chosen.dataset.words.replace("{text}", () => words.trim());
    for (const box of this.sentences.querySelectorAll("input:checked")) box.checked = false;
  }

  forget() {
    this.start.value = "";
    this.end.value = "";
    this.chosen.textContent = this.chosen.dataset.empty;
  }
}

for (const form of document.querySelectorAll("[data-coding]")) new Coding(form);
