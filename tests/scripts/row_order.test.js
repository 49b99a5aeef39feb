import { indexFor, isOlder } from "../../static/js/row_order.js";
import { equal, test } from "./harness.js";

const at = (...moments) => moments.map((moment, number) => ({ at: moment, path: `000${number}` }));
const under = (...paths) => paths.map((path) => ({ at: 0, path }));

test("a version is older by its number, not by its letters", () => {
  equal(isOlder("9", "10"), true);
  equal(isOlder("10", "9"), false);
});

test("the same version is not older", () => {
  equal(isOlder("3", "3"), false);
});

test("replies stand by their path", () => {
  const [row] = under("0001.0005");
  equal(indexFor(row, under("0001.0002", "0001.0004", "0001.0006"), "path"), 2);
  equal(indexFor(row, under("0001.0002", "0001.0004"), "path"), 2);
  equal(indexFor(row, [], "path"), 0);
});

test("a reply to a reply stands under it", () => {
  const [row] = under("0001.0002.0009");
  equal(indexFor(row, under("0001.0002", "0001.0003"), "path"), 1);
});

test("the latest comes first", () => {
  equal(indexFor({ at: 5, path: "0009" }, at(7, 3), "latest"), 1);
  equal(indexFor({ at: 9, path: "0009" }, at(7, 3), "latest"), 0);
  equal(indexFor({ at: 1, path: "0009" }, at(7, 3), "latest"), 2);
});

test("of two of the same moment the greater path comes first", () => {
  equal(indexFor({ at: 5, path: "0002" }, [{ at: 5, path: "0003" }, { at: 5, path: "0001" }], "latest"), 1);
});

test("other lists grow at their beginning or at their end", () => {
  equal(indexFor({}, under("a", "b"), "prepend"), 0);
  equal(indexFor({}, under("a", "b"), "append"), 2);
  equal(indexFor({}, under("a", "b"), undefined), 2);
});
