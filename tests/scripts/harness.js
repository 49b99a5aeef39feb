/* Tests of scripts that need no page: `node --test tests/scripts/*.test.js`, and in the browser by test_scripts.py. */

export const results = [];

function collect(name, run) {
  try {
    run();
    results.push({ name, error: "" });
  } catch (error) {
    results.push({ name, error: String(error) });
  }
}

export const { test } = globalThis.process ? await import("node:test") : { test: collect };

export function equal(found, expected) {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value));
  if (one !== other) throw new Error(`${one}, not ${other}`);
}
