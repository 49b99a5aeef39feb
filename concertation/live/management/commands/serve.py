"""The whole site in one command: server, worker, scheduler."""

import gc
import os
from threading import Timer
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from concertation.live.children import Children

# Seconds left to the interpreter, once the server and its children have stopped.
END_WITHIN = 1.0


class Command(BaseCommand):
    help = "Serve the site with its workers and its scheduler, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument(
            "--web-only", action="store_true", help="no worker and no scheduler: the second process of a site has none"
        )

    def handle(self, *args: Any, host: str, port: int, web_only: bool, **options: Any) -> None:
        # Imported here because Daphne installs its event loop when it is imported.
        from concertation.live.server import SiteServer

        application = import_string(settings.ASGI_APPLICATION)
        worker = ["db_worker", "--interval", "1", "--no-reload"]
        exporter = [*worker, "--queue-name", "jobs"]
        children = Children() if web_only else Children(worker, exporter, ["run_scheduler"])
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104 - compared, not bound

        def when_ready() -> None:
            children.start()
            # Exclude all that is loaded by now from garbage collection, which would delay pages and sockets.
            gc.collect()
            gc.freeze()
            self.stdout.write(f"Concertation is served at http://{shown}:{port}/ (Ctrl-C stops it).")
            self.stdout.flush()

        server = SiteServer(application, host=host, port=port, when_ready=when_ready, when_stopping=children.terminate)
        try:
            server.run()
        finally:
            children.stop()
        if not server.ports:
            raise CommandError(
                f"Port {port} of {host} cannot be listened on: another program has it, or it is reserved."
            )
        # Exit although a request does not end or its client has left: the interpreter would join their threads.
        end = Timer(0.0 if server.was_cut_short else END_WITHIN, os._exit, [0])
        end.daemon = True
        end.start()
