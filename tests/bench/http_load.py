"""Requests from a process of their own: ``http_load.py PORT PATH COUNT AT_ONCE`` tells the rate as a line of JSON.

A connection for each request, because the baseline keeps none open. Any answer but 200 ends the run. Each line of
stdin, where there is any, is the ``Cookie`` header of one request: of people who are logged in.
"""

import asyncio
import json
import sys
import time


async def ask(port: int, request: bytes) -> int:
    reader, writer = await asyncio.open_connection("localhost", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.0 200")), answer[:300]
    return len(answer)


async def main(port: int, path: str, count: int, at_once: int, cookies: list[str]) -> None:
    start = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n"
    requests = [f"{start}Cookie: {cookie}\r\n\r\n".encode() for cookie in cookies]
    requests = requests or [f"{start}\r\n".encode()]
    left = iter(range(count))
    size = await ask(port, requests[0])

    async def client() -> None:
        for number in left:
            await ask(port, requests[number % len(requests)])

    began, busy = time.perf_counter(), time.process_time()
    await asyncio.gather(*(client() for _ in range(at_once)))
    elapsed = time.perf_counter() - began
    print(json.dumps({"rate": count / elapsed, "cpu": (time.process_time() - busy) / elapsed, "bytes": size}))


if __name__ == "__main__":
    given = [] if sys.stdin.isatty() else sys.stdin.read().splitlines()
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), given))
