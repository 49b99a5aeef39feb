/* What is fetched may be older than an event that comes while it is on its way, about a row that is not on the page yet.
 * Call this before fetching, and what it returns once the answer is in the page: the events are then applied again. */

export function recordEvents() {
  const events = [];
  const record = ({ target, detail }) => events.push([target, detail]);
  document.addEventListener("live:event", record);
  return () => {
    document.removeEventListener("live:event", record);
    for (const [room, detail] of events) room.dispatchEvent(new CustomEvent("live:replay", { detail }));
  };
}
