"""Run Daphne and stop it cleanly: refuse new connections, close sockets with 1012, finish running requests."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.http_protocol import WebRequest
from daphne.server import Server
from twisted.internet import reactor

from . import health
from .hub import stop_hub_here
from .limits import limits
from .long_requests import build_protocol

# Seconds given to running requests; after ten the process exits.
STOP_WITHIN = 8.0


class Page(WebRequest):  # type: ignore[misc]
    """A request whose response may fail after part of it has been sent."""

    def handle_exception(self, exception: BaseException) -> None:
        """Cut the connection if a response has begun, because it is incomplete.

        The parent would begin a second response, raise, and end the server's housekeeping.
        """
        if self._response_started and self.channel is not None:
            self.channel.forceAbortClient()
        else:
            super().handle_exception(exception)


class SiteServer(Server):  # type: ignore[misc]
    """One process of the site. SIGTERM and Ctrl-C stop it in ten seconds at most, a second one at once."""

    def __init__(
        self,
        application: Any,
        *,
        host: str,
        port: int,
        when_ready: Callable[[], None],
        when_stopping: Callable[[], None],
    ) -> None:
        self.ports: list[Any] = []
        self.is_stopping = False
        self.was_cut_short = False
        super().__init__(
            application,
            endpoints=build_endpoint_description_strings(host=host, port=port),
            signal_handlers=False,
            ready_callable=self._prepare,
            websocket_max_message_size=limits.message_bytes,
            websocket_max_frame_size=limits.message_bytes,
            server_name="",
        )
        self._when_ready, self._when_stopping = when_ready, when_stopping

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.ports.append(port)
        self._when_ready()

    def kill_all_applications(self) -> Any:
        """Stop the applications that still run; the parent fails on those that have ended."""
        for protocol, details in list(self.connections.items()):
            if "application_instance" not in details:
                del self.connections[protocol]
        return super().kill_all_applications()

    def _prepare(self) -> None:
        # Answer a message that is too long with a code instead of disconnecting; origins are checked in origin.py.
        self.ws_factory.setProtocolOptions(failByDrop=False, allowNullOrigin=True)
        self.http_factory.buildProtocol = self._build_channel
        loop = asyncio.get_event_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)

    def _build_channel(self, address: Any) -> Any:
        channel = build_protocol(self.http_factory, address)
        channel.requestFactory = Page
        return channel

    def _signalled(self) -> None:
        if self.is_stopping:
            os._exit(1)
        self.is_stopping = True
        self._stopping = asyncio.ensure_future(self._stop_well())

    async def _stop_well(self) -> None:
        loop = asyncio.get_event_loop()
        deadline = loop.time() + STOP_WITHIN
        health.begin_to_stop()
        self._when_stopping()
        for port in self.ports:
            port.stopListening()
        await stop_hub_here()
        while self._is_busy() and loop.time() < deadline:
            await asyncio.sleep(0.05)
        self.was_cut_short = self._is_busy()
        # The reactor still sends bytes of the last responses.
        await asyncio.sleep(0.2)
        reactor.stop()  # type: ignore[misc]

    def _is_busy(self) -> bool:
        return any(
            isinstance(protocol, WebRequest)
            and "disconnected" not in details
            and "application_instance" in details
            and not details["application_instance"].done()
            for protocol, details in self.connections.items()
        )
