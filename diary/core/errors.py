"""What an action raises where it changes nothing, in words for the page."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction


class UndoRefusal(Exception):  # noqa: N818 (as below)
    """What was saved can no longer be undone, only removed or corrected."""


class Conflict(Exception):  # noqa: N818 (it is not an error of ours: the page says what happened)
    """The id is taken by a check-in that says something else."""


class Refusal(ValidationError):  # noqa: N818 (as above)
    """The change does not fit what is recorded already; says why in plain words."""

    def __str__(self) -> str:
        return str(self.message)


@contextmanager
def refusing(text: str) -> Iterator[None]:
    """Turn a broken constraint into words: somebody else was faster, or it is there already."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise Refusal(text) from None
