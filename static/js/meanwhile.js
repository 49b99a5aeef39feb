/* What is fetched may be older than what the channel says while it is on its way, of rows that are not on the page yet.
 * Called once it is in the page, what this returns has it all told again: a row is never replaced by an older one. */

export function listenMeanwhile() {
  const told = [];
  const hear = ({ target, detail }) => told.push([target, detail]);
  document.addEventListener("live:told", hear);
  return () => {
    document.removeEventListener("live:told", hear);
    for (const [room, detail] of told) room.dispatchEvent(new CustomEvent("live:again", { detail }));
  };
}
