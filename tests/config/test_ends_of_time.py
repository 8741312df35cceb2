"""No day or time from outside breaks a page: the ends of the calendar, in every form of a diary."""

from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Patient, User
from tests.config.addresses import PATIENT, every_address, who_may
from tests.config.world import make_diary
from tests.summary.whole import undone

NOW = "2026-11-20T10:00:00Z"
ENDS = (
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+00:00",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59Z",
    "1900-01-01",
    "2200-12-31",
    "99999-01-01",
    "-1",
)
# What only a script fills in, or an address carries.
MOMENTS = ("opened", "sent", "typed", "loaded")
HIDDEN = (*MOMENTS, "day", "time", "first", "last", "since", "month")
HIDDEN += ("until", "begun")


class Fields(HTMLParser):
    """Every field of a page with what stands in it, and which of them hold a day or a time."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.days: set[str] = set(HIDDEN)
        self.clocks: set[str] = {"time"}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, kind = given.get("name"), given.get("type") or "text"
        if tag not in ("input", "button") or not name or kind == "file":
            return
        if kind not in ("checkbox", "radio") or "checked" in given or name not in self.sent:
            self.sent[name] = given.get("value") or ""
        (self.clocks if kind == "time" else self.days if kind == "date" else set()).add(name)


def fields_of(client: Client, path: str) -> Fields:
    page = client.get(path)
    is_page = page.status_code == 200 and not page.streaming
    return Fields(page.content.decode("utf-8", "replace") if is_page else "")


def asked(fields: Fields, day: str, moment: str) -> dict[str, str]:
    days, clocks = dict.fromkeys(fields.days, day), dict.fromkeys(fields.clocks, "23:59:59")
    return {**fields.sent, **days, **clocks, **dict.fromkeys(MOMENTS, moment)}


def test_no_form_of_a_diary_breaks_at_the_ends_of_the_calendar(owner: User, log_in: Any) -> None:
    diary, client = make_diary(owner, "Ana"), log_in(owner)
    client.raise_request_exception = False
    faults = []
    for address in every_address():
        if who_may(address) != PATIENT or not set(address.arguments) <= diary.ids.keys():
            continue
        path = address.path(diary.ids)
        fields = fields_of(client, path)
        for day, moment in zip(ENDS[:2], ENDS[2:4], strict=True):
            sent = asked(fields, day, moment)
            with undone():
                codes = client.post(path, sent).status_code, client.get(path, sent).status_code
            faults += [(path, day, code) for code in codes if code >= 500]
    assert faults == []


def test_no_moment_of_a_phone_breaks_saving(owner: User, log_in: Any) -> None:
    diary, client = make_diary(owner, "Ana"), log_in(owner)
    client.raise_request_exception = False
    names = ("today", "check_in_send")
    paths = [a.path(diary.ids) for a in every_address() if a.name in names]
    moments = st.sampled_from(ENDS) | st.builds(
        "{}T{}{}".format,
        st.sampled_from(["0001-01-01", "9999-12-31", "2026-11-21"]) | st.dates().map(str),
        st.times().map(str),
        st.sampled_from(["", "Z", "+23:59", "-23:59", "+00:00", "+99:99"]),
    )

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.fixed_dictionaries(dict.fromkeys(HIDDEN, moments)), st.sampled_from(paths))
    def runs(sent: dict[str, str], path: str) -> None:
        with undone():
            ours = {"account": str(owner.pk), "id": str(uuid4()), "told_by": "self"}
            ours |= {"do": "save", "temperature-C": "38.6", "unit": "C", "note": "x"}
            assert client.post(path, {**ours, **sent}).status_code < 500

    runs()


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("opened", "0001-01-01T00:00:00+00:00"),
        ("sent", "9999-12-31T23:59:59-23:59"),
        ("loaded", "0001-01-01T00:00:00+23:59"),
    ],
)
def test_a_fever_is_saved_whatever_a_phone_says_of_its_clock(
    patient: Patient, owner: User, log_in: Any, name: str, at: str
) -> None:
    client = log_in(owner)
    client.raise_request_exception = False
    route = "today" if name == "opened" else "check_in_send"
    sent = {"id": str(uuid4()), "told_by": "self", "temperature-C": "38.6", "unit": "C"}
    sent |= {"account": str(owner.pk), "do": "save"}
    clocks = {"sent": NOW, "typed": NOW, "loaded": NOW} if name != "opened" else {}
    answer = client.post(reverse(route, args=[patient.pk]), {**sent, **clocks, name: at})
    assert answer.status_code < 500
    assert name == "sent" or patient.check_ins.followed().exists()
