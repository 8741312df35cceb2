"""What `make matrix` and `make fuzz` do at length, and CI for a minute."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LONG = os.environ.get("LONG") == "1"


def tell(words: str) -> None:
    """Say how much was done; `-s` shows it."""
    sys.stdout.write(f"\n{words}\n")


@contextmanager
def unlogged() -> Iterator[None]:
    """Ten thousand refused requests are not kept as ten thousand lines."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
