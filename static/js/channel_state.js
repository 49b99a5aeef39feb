/* The states of the live channel (channel.js), one at a time. No DOM and no timer here: tests/scripts/ tries every line.
 *
 *   connecting   a socket is opening and has not sent its "hello"
 *   live         a socket delivers
 *   polling      requests deliver; a socket is still tried from time to time, and its "hello" ends the polling
 *   waiting      nothing delivers; a socket is tried soon
 *   over         this page is no longer for this viewer: nothing leads out of it
 */

export const FIRST = "waiting";

const BEFORE = ["connecting", "live", "polling", "waiting"];
const AFTER = {
  //              connecting    live       polling    waiting
  opened:       ["connecting", "live",    "polling", "connecting"], // a socket has been asked for
  hello:        ["live",       "live",    "live",    "waiting"],    // its first frame came
  closed:       ["waiting",    "waiting", "polling", "waiting"],    // closed, or silent for too long
  closedAgain:  ["polling",    "polling", "polling", "polling"],    // and so was the one before
  tooMany:      ["polling",    "polling", "polling", "polling"],    // the server has no room for it
  noHello:      ["polling",    "polling", "polling", "polling"],    // a proxy swallowed it, or keeps back its frames
  noSockets:    ["polling",    "polling", "polling", "polling"],    // this browser has none
  left:         ["waiting",    "waiting", "polling", "waiting"],    // closed by the page: it is left, or its rooms are others
  sessionEnded: ["over",       "over",    "over",    "over"],
  narrowed:     ["over",       "over",    "over",    "over"],       // what this viewer may read has changed
  noRoom:       ["over",       "over",    "over",    "over"],       // a page that was given no room has nothing to lose
};

export const EVENTS = Object.keys(AFTER);

export function after(state, event) {
  return state === "over" ? "over" : AFTER[event][BEFORE.indexOf(state)];
}

/* The event that the end of a socket is: by its code (docs/live/writing-a-client.md), how many failed since the last "hello",
 * and whether the page follows any room. */
export function eventOfClose(code, failures, hasRooms) {
  if (code === 4401) return "sessionEnded";
  if (code === 4403) return "narrowed";
  if (code === 4404) return hasRooms ? "narrowed" : "noRoom";
  if (code === 4429) return "tooMany";
  return failures ? "closedAgain" : "closed";
}

const LONGEST_WAIT = 30_000;

/* Milliseconds until the next socket, before chance spreads them: readers of a server that comes back do not all come at once. */
export function waitAfter(event, failures) {
  return event === "tooMany" ? LONGEST_WAIT : Math.min(LONGEST_WAIT, 1_000 * 2 ** failures);
}
