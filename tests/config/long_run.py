"""What `make matrix`, `make fuzz` and `make circle` do at length, and CI for a minute.

Their rounds differ by their number alone, so `FIRST=27` goes on where a run was stopped."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

LONG = os.environ.get("LONG") == "1"
FIRST = int(os.environ.get("FIRST", "0"))  # round


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
