/* Which of two versions of a row is older, and where a row stands in its list: rules that need no page. */

export const isOlder = (next, mine) => Number(next) < Number(mine);

const IS_AFTER = {
  path: (one, other) => one.path > other.path,
  latest: (one, other) => (one.at === other.at ? one.path < other.path : one.at < other.at),
};

/* Before which of ``others``, in their order, a fresh load would show a row; their number if after all of them. */
export function indexFor(row, others, order) {
  if (order === "prepend") return 0;
  const index = others.findIndex((other) => IS_AFTER[order]?.(other, row));
  return index < 0 ? others.length : index;
}
