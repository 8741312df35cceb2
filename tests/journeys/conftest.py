"""What the journeys share."""

import pytest


@pytest.fixture(scope="session")
def base_url() -> str:
    """Stands in for the plugin's own fixture, which warns with this pytest; `live_server` tells."""
    return ""
