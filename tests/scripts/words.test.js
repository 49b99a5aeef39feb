import { equal, test } from "./harness.js";

// A browser has a page, of the same language.
globalThis.document ??= { documentElement: { lang: "fr" } };
const { counted } = await import("../../static/js/words.js");

const button = { dataset: { newOne: "Afficher la nouvelle note", newMany: "Afficher les {n} nouvelles notes" } };

test("zero and one are singular in French", () => {
  for (const n of [0, 1]) equal(counted(button, "new", n), "Afficher la nouvelle note");
});

test("from two on the words are plural and hold the number, written as the language writes it", () => {
  equal(counted(button, "new", 2), "Afficher les 2 nouvelles notes");
  equal(counted(button, "new", 12_345), "Afficher les 12\u202f345 nouvelles notes");
  equal(counted(button, "new", 1_000_000), "Afficher les 1\u202f000\u202f000 nouvelles notes");
});

test("words that the page does not have are empty", () => {
  equal(counted(button, "told", 2), "");
});
