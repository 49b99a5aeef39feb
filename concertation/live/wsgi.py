"""Run Django's WSGI handler in a small pool of threads, beside the event loop of the sockets.

Django's own ASGI handler costs four to five times as much a request: see docs/decisions/0002-wsgi-inside-asgi.md.
A page is returned whole, so that its thread is free at once; a2wsgi's responder blocks thread and loop on each other
for every piece. Streamed files are sent piece by piece, each after the one before.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, cast

from a2wsgi.wsgi import Body, build_environ

from .consumer import Receive, Scope
from .transport import Send

Message = dict[str, Any]
Handler = Callable[[dict[str, Any], Callable[..., None]], Iterable[bytes]]


class PagesInThreads:
    """Serve HTTP with Django's WSGI handler, as an ASGI application."""

    def __init__(self, handler: Handler, *, threads: int) -> None:
        self._handler = handler
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        # WSGI does not distinguish - and _: `X_Forwarded_For` would pass for the header of a trusted proxy.
        scope = {**scope, "headers": [one for one in scope["headers"] if b"_" not in one[0]]}
        environ = cast(dict[str, Any], build_environ(cast(Any, scope), Body(loop, cast(Any, receive))))
        stream = _Stream(loop, send)
        try:
            work = copy_context().run
            messages = await loop.run_in_executor(self._threads, work, _respond, self._handler, environ, stream)
        finally:
            stream.is_over = True
        for message in messages:
            await send(message)


class _Stream:
    """Send the pieces of one response from its thread through the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.is_over = False
        self._loop, self._send = loop, send

    def put(self, message: Message) -> None:
        """Block until ``message`` is sent; raise if the client has disconnected."""
        if self.is_over:
            raise ConnectionAbortedError("The client has disconnected.")
        asyncio.run_coroutine_threadsafe(_send(self._send, message), self._loop).result()


async def _send(send: Send, message: Message) -> None:
    await send(message)


def _respond(handler: Handler, environ: dict[str, Any], stream: _Stream) -> list[Message]:
    """Run the handler in a thread; return the messages that remain to be sent."""
    start: Message = {"type": "http.response.start"}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        start["status"] = int(status.split(" ", 1)[0])
        # Django's cookies begin with a space, for which uvicorn refuses the whole response.
        start["headers"] = [
            (name.lower().encode("latin-1"), value.strip().encode("latin-1")) for name, value in headers
        ]

    pieces = handler(environ, start_response)
    try:
        if not getattr(pieces, "streaming", True):
            return [start, {"type": "http.response.body", "body": b"".join(pieces)}]
        stream.put(start)
        for piece in pieces:
            stream.put({"type": "http.response.body", "body": piece, "more_body": True})
        return [{"type": "http.response.body", "body": b""}]
    finally:
        getattr(pieces, "close", lambda: None)()
