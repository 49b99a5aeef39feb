"""Answer a request whose address or headers are too long with a page; Twisted would just disconnect."""

from typing import Any

from twisted.web.http import HTTPChannel, HTTPFactory, _GenericHTTPChannelProtocol

HANG_UP_AFTER = 2  # seconds for the client to read the response while it still sends
_ADDRESS = (
    "414 URI Too Long",
    "Adresse trop longue",
    "L’adresse demandée est trop longue pour le site. Raccourcissez votre recherche, puis recommencez.",
)
_HEADERS = (
    "431 Request Header Fields Too Large",
    "Demande trop longue",
    "Votre navigateur a envoyé trop d’informations avec cette demande. Effacez les cookies du site, puis recommencez.",
)


_Channel: Any = HTTPChannel


class Channel(_Channel):  # type: ignore[misc]
    """A connection that sends a page before it closes on a request that is too long."""

    def lineLengthExceeded(self, line: bytes) -> None:
        is_address = self._HTTPChannel__first_line  # the line of the address is the first one of a request
        self._refuse(_ADDRESS if is_address else _HEADERS)

    def _respondToBadRequestAndDisconnect(self) -> None:
        if self._receivedHeaderSize <= self.totalHeadersSize:
            super()._respondToBadRequestAndDisconnect()
            return
        is_address = len(getattr(self, "_path", b"")) > self.totalHeadersSize / 2
        self._refuse(_ADDRESS if is_address else _HEADERS)

    def _refuse(self, answer: tuple[str, str, str]) -> None:
        """Close only our side: closing with unread bytes would reset the connection and lose the response."""
        self.lineReceived = self.dataReceived = lambda *_ignored: None
        self.transport.write(_page(*answer))
        self.transport.loseWriteConnection()
        self.setTimeout(HANG_UP_AFTER)


def build_protocol(factory: Any, address: Any) -> Any:
    """Build the protocol of ``factory`` around our ``Channel``."""
    factory.protocol = lambda: _GenericHTTPChannelProtocol(Channel())
    return HTTPFactory.buildProtocol(factory, address)


def _page(status: str, title: str, sentence: str) -> bytes:
    body = (
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<title>{title}</title><h1>{title}</h1><p>{sentence}</p><p><a href="/">Retour à l’accueil</a></p></html>'
    ).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Cache-Control: no-store\r\nConnection: close\r\n\r\n".encode() + body
