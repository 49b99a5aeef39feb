/* A script has no words of its own: they are attributes of the element concerned, or a <template> where they have parts.
 * Of a number there are two, data-<name>-one and data-<name>-many, with {n} where it stands. */

const { lang } = document.documentElement;
const plurals = new Intl.PluralRules(lang);

export const shown = (n) => n.toLocaleString(lang);

/* The words for a number, in the form that the language of the page wants: zero is singular in French. */
export function counted({ dataset }, name, n) {
  const words = dataset[name + (plurals.select(n) === "one" ? "One" : "Many")] ?? "";
  return words.replace("{n}", shown(n));
}
