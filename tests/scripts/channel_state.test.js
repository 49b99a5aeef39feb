import { after, EVENTS, eventOfClose, FIRST, waitAfter } from "../../static/js/channel_state.js";
import { equal, test } from "./harness.js";

const OPEN_STATES = ["connecting", "live", "polling", "waiting"];

/* The states that a series of events leads through, from the first. */
function walk(...events) {
  const states = [FIRST];
  for (const event of events) states.push(after(states.at(-1), event));
  return states.join(" ");
}

test("a page connects and is live", () => {
  equal(walk("opened", "hello"), "waiting connecting live");
});

test("each event leads from each state to a state", () => {
  for (const event of EVENTS) {
    for (const state of OPEN_STATES) equal([...OPEN_STATES, "over"].includes(after(state, event)), true);
  }
});

test("a socket that a proxy swallows is replaced by polling, and the next one is tried meanwhile", () => {
  equal(walk("opened", "noHello", "opened", "noHello"), "waiting connecting polling polling polling");
});

test("polling ends when a socket is hello", () => {
  equal(walk("opened", "noHello", "opened", "hello"), "waiting connecting polling polling live");
});

test("a browser without sockets polls", () => {
  equal(walk("noSockets", "opened", "noSockets"), "waiting polling polling polling");
});

test("a server that has no room for a socket is polled at once", () => {
  equal(walk("opened", "tooMany", "opened", "tooMany"), "waiting connecting polling polling polling");
  equal(walk("opened", "hello", "tooMany"), "waiting connecting live polling");
});

test("a socket that closes once is opened again; closed twice, the page polls", () => {
  equal(walk("opened", "hello", "closed", "opened", "hello"), "waiting connecting live waiting connecting live");
  equal(walk("opened", "closed", "opened", "closedAgain"), "waiting connecting waiting connecting polling");
});

test("a network that comes back replaces the socket, and does not end the polling before the new one is hello", () => {
  equal(walk("opened", "hello", "left", "opened"), "waiting connecting live waiting connecting");
  equal(walk("opened", "tooMany", "left", "opened", "hello"), "waiting connecting polling polling polling live");
});

test("a page kept by the browser is left and comes back", () => {
  equal(walk("opened", "hello", "left", "left", "opened", "hello"), "waiting connecting live waiting waiting connecting live");
});

test("a page that is no longer for its viewer is over, from each state and whatever comes after", () => {
  for (const end of ["sessionEnded", "narrowed", "noRoom"]) {
    for (const state of OPEN_STATES) equal(after(state, end), "over");
  }
  for (const event of EVENTS) equal(after("over", event), "over");
});

test("the code of a close says what happened", () => {
  equal(eventOfClose(4401, 0, true), "sessionEnded");
  equal(eventOfClose(4403, 0, true), "narrowed");
  equal(eventOfClose(4404, 0, true), "narrowed");
  equal(eventOfClose(4404, 0, false), "noRoom");
  equal(eventOfClose(4429, 3, true), "tooMany");
  for (const code of [1000, 1006, 1012]) {
    equal(eventOfClose(code, 0, true), "closed");
    equal(eventOfClose(code, 1, true), "closedAgain");
  }
});

test("sockets are tried less and less, never more than half a minute apart", () => {
  equal([1, 2, 3, 4, 5, 6].map((failures) => waitAfter("closed", failures)), [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  equal(waitAfter("tooMany", 1), 30_000);
});
