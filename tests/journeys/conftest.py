"""What the journeys share."""

from collections.abc import Iterator

import pytest
from django.core.servers import basehttp
from django.core.servers.basehttp import ServerHandler


@pytest.fixture(scope="session")
def base_url() -> str:
    """Stands in for the plugin's own fixture, which warns with this pytest; `live_server` tells."""
    return ""


@pytest.fixture(scope="session", autouse=True)
def one_answer_per_connection() -> Iterator[None]:
    """Let the test server end each connection after its answer: one that the browser keeps open
    would end after its test, when it may no longer touch the database, and fail another test."""

    class OneAnswer(ServerHandler):
        def cleanup_headers(self) -> None:
            super().cleanup_headers()
            self.headers["Connection"] = "close"
            self.request_handler.close_connection = True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(basehttp, "ServerHandler", OneAnswer)
        yield
