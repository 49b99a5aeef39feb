"""Pages in the process of the sockets: Django's WSGI handler in a small pool of threads, beside the event loop.

Django's own ASGI handler costs four to five times as much a request, and our views are synchronous. A page is in one
piece: its thread gives it back whole and takes the next request, where a2wsgi's own responder has the thread and the
loop wait for each other at every piece. What streams (files) goes piece by piece, each when the last one is taken.
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
    """An ASGI application of Django's WSGI handler, for HTTP alone."""

    def __init__(self, handler: Handler, *, threads: int) -> None:
        self._handler = handler
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="pages")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        loop = asyncio.get_running_loop()
        # WSGI writes - and _ alike: `X_Forwarded_For` would pass for what a trusted proxy says.
        scope = {**scope, "headers": [one for one in scope["headers"] if b"_" not in one[0]]}
        environ = cast(dict[str, Any], build_environ(cast(Any, scope), Body(loop, cast(Any, receive))))
        stream = _Stream(loop, send)
        try:
            work = copy_context().run
            messages = await loop.run_in_executor(self._threads, work, _answer, self._handler, environ, stream)
        finally:
            stream.is_over = True
        for message in messages:
            await send(message)


class _Stream:
    """The way of one answer's pieces from its thread to the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Send) -> None:
        self.is_over = False
        self._loop, self._send = loop, send

    def put(self, message: Message) -> None:
        """Wait until it is sent; whoever has left is owed nothing more."""
        if self.is_over:
            raise ConnectionAbortedError("The reader has left.")
        asyncio.run_coroutine_threadsafe(_sent(self._send, message), self._loop).result()


async def _sent(send: Send, message: Message) -> None:
    await send(message)


def _answer(handler: Handler, environ: dict[str, Any], stream: _Stream) -> list[Message]:
    """Runs in a thread: what is still to be sent of the answer."""
    start: Message = {"type": "http.response.start"}

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
        start["status"] = int(status.split(" ", 1)[0])
        # Django's cookies begin with a space, for which uvicorn refuses the whole answer.
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
