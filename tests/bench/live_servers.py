"""What the hub is measured against: a bare broadcasting server, and the textbook consumer of Channels.

``python -m tests.bench.live_servers PORT`` is the bare one; ``daphne tests.bench.live_servers:textbook`` the other.
"""

import asyncio
import sys
import time
from typing import Any

TEXT = '{"seq":%d,"t":%f,"html":"' + "x" * 560 + '"}'


async def bare(port: int) -> None:
    from websockets.asyncio.server import ServerConnection, broadcast, serve

    readers: set[ServerConnection] = set()

    def answer(connection: ServerConnection, request: Any) -> Any:
        if request.path.startswith("/burst/"):
            for n in range(int(request.path.rpartition("=")[2])):
                broadcast(readers, TEXT % (n, time.time()))
            return connection.respond(200, "ok")
        return None

    async def listen(connection: ServerConnection) -> None:
        readers.add(connection)
        await connection.wait_closed()
        readers.discard(connection)

    async with serve(listen, "127.0.0.1", port, process_request=answer, compression=None, ping_interval=None) as server:
        await server.serve_forever()


def _textbook() -> Any:
    import django

    django.setup()
    from channels.generic.websocket import AsyncWebsocketConsumer
    from channels.layers import get_channel_layer

    class Consumer(AsyncWebsocketConsumer):
        async def connect(self) -> None:
            await self.channel_layer.group_add("bench", self.channel_name)
            await self.accept()

        async def told(self, event: dict[str, str]) -> None:
            await self.send(text_data=event["text"])

    consumer = Consumer.as_asgi()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            await consumer(scope, receive, send)
            return
        for n in range(int(scope["query_string"].decode().rpartition("=")[2] or 0)):
            await get_channel_layer().group_send("bench", {"type": "told", "text": TEXT % (n, time.time())})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    return application


def __getattr__(name: str) -> Any:
    if name == "textbook":
        return _textbook()
    raise AttributeError(name)


if __name__ == "__main__":
    asyncio.run(bare(int(sys.argv[1])))
