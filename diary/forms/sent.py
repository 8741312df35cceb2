"""A check-in that waited on a device."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.models import Patient
from diary.check_ins.data import CheckInData
from diary.forms.check_in import CheckInForm, moment


class SentCheckInForm(CheckInForm):
    """The page of today, filled in earlier. The device tells by its own clock when it was `loaded`
    and `typed` and when it is `sent`: the clock may be wrong, the time between is not."""

    def __init__(
        self, data: Mapping[str, Any], *, patient: Patient, received: datetime, kind: str
    ) -> None:
        self.received = received
        self.sent = moment(data.get("sent", ""))
        typed = self._ours(data.get("typed", ""))
        self.has_known_wait = typed is not None
        super().__init__(data, patient=patient, now=typed or received, kind=kind)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.has_known_wait and not cleaned.get("time"):
            self._wrong(
                "day",
                "The clock of this device was changed while this waited. Please give the day and "
                "the time it is about.",
            )
        return cleaned

    @property
    def opened_at(self) -> datetime:
        """A page that the server drew says so itself; one from the device by the device's clock."""
        if self.typed("opened"):
            return super().opened_at
        loaded = self._ours(self.typed("loaded"))
        return min(loaded, self.now) if loaded is not None else self.now

    def check_in_data(self) -> CheckInData:
        return replace(super().check_in_data(), received=self.received, typed=self.now)

    def _ours(self, text: str) -> datetime | None:
        """Return a moment of the device's clock by ours; none where its clock ran backwards."""
        then = moment(text)
        if then is None or self.sent is None or then > self.sent:
            return None
        return self.received - (self.sent - then)
