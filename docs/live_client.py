"""Follow rooms of a Concertation site: `python docs/live_client.py http://localhost:8000 topic:12`. Needs `websockets`.

Prints each event once, in order, whatever happens to the connection; the protocol is in docs/live/writing-a-client.md.
"""

import asyncio
import json
import random
import sys
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import websockets

OVER, TOO_MANY = {4401, 4403, 4404}, 4429  # logged out, not allowed, nothing here: over; too many: ask, come back later


class Follower:
    def __init__(self, site: str, *addresses: str, cursor: str = "", cookie: str = "") -> None:
        self.site, self.addresses, self.headers = site.rstrip("/"), addresses, {"Cookie": cookie} if cookie else {}
        self.seqs = {key: int(seq) for key, _, seq in (part.rpartition("=") for part in cursor.split())}
        self.failures = 0

    def query(self) -> str:
        depuis = " ".join(f"{key}={seq}" for key, seq in self.seqs.items())
        return urlencode([*(("salon", one) for one in self.addresses), ("depuis", depuis)])

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Every event since the cursor, then as they happen; a ``reload`` means that some can no longer be had."""
        url = f"ws{self.site.removeprefix('http')}/direct/"
        code = None
        while code not in OVER:
            try:
                for event in await self.missed() if code == TOO_MANY else ():
                    yield event
                options = {"origin": self.site, "additional_headers": self.headers, "max_size": None}
                async with websockets.connect(f"{url}?{self.query()}", **options) as socket:
                    async for message in socket:
                        for event in await self.heard(json.loads(message)):
                            yield event
            except websockets.ConnectionClosed as closed:
                code = closed.rcvd and closed.rcvd.code
            except (OSError, websockets.InvalidHandshake):
                self.failures += 1
            await asyncio.sleep((30 if code == TOO_MANY else min(30, 2**self.failures)) * random.uniform(0.5, 1.5))  # noqa: S311

    async def heard(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        self.failures = 0
        if frame["type"] == "reload":  # from here on, what is lost of this room or address is left out
            self.seqs = {key: seq for key, seq in self.seqs.items() if not f"{key}:".startswith(f"{frame['room']}:")}
            return [frame]
        if frame["type"] == "beat" and any(seq > self.seqs.get(key, seq) for key, seq in frame["rooms"].items()):
            return await self.missed()
        if frame["type"] != "events" or frame["to"] <= self.seqs.setdefault(frame["room"], frame["from"]):
            return []
        mine = self.seqs[frame["room"]]
        if frame["from"] > mine:  # a hole: ask for what is between, this frame included
            return await self.missed()
        self.seqs[frame["room"]] = frame["to"]
        return [event for event in frame["events"] if event["seq"] > mine]

    async def missed(self) -> list[dict[str, Any]]:
        await asyncio.sleep(random.uniform(0, 1.5))  # noqa: S311 - so that a thousand readers do not ask at once
        request = Request(f"{self.site}/direct/rattrapage/?{self.query()}", headers=self.headers)  # noqa: S310
        answer = json.load(await asyncio.to_thread(urlopen, request))
        return [event for frame in answer["frames"] for event in await self.heard(frame)]


async def main(site: str, *addresses: str) -> None:
    async for event in Follower(site, *addresses).events():
        print(json.dumps(event, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
