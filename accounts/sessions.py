"""How long a log-in lasts without use: 30 minutes on a shared device, 30 days on one's own.

The row in the database ends with it, whatever the browser keeps.
"""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import OperationalError
from django.utils import timezone

SHARED_FOR = timedelta(minutes=30)
# Use is noted that seldom, so that hardly a page costs a write.
SHARED_STEP, OWN_STEP = timedelta(minutes=1), timedelta(days=1)


class SessionStore(db.SessionStore):
    """Django's own, whose rows end some time after their last use."""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._until: datetime | None = None
        self._only_used: dict[str, Any] | None = None

    def get_session_cookie_age(self) -> int:
        """Return the seconds of a log-in that has no number of its own. The cookie of a shared
        device has none, it ends with the browser."""
        if self.get_expire_at_browser_close():
            return int(SHARED_FOR.total_seconds())
        return super().get_session_cookie_age()

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = super().load()
        if self._until is not None and SESSION_KEY in data:
            self._session_cache = data  # asked for below
            step = SHARED_STEP if self.get_expire_at_browser_close() else OWN_STEP
            left = self._until - timezone.now()
            if left < timedelta(seconds=self.get_expiry_age()) - step:
                self._only_used, self.modified = deepcopy(data), True
        return data

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 (Django calls it so)
        """A page that is only read does not fail because its use cannot be noted."""
        try:
            super().save(must_create)
        except OperationalError:
            if dict(self.items()) != self._only_used:
                raise

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row: AbstractBaseSession | None = super()._get_session_from_db()  # type: ignore[misc]
        self._until = row.expire_date if row else None
        return row
