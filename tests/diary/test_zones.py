"""Clocks that are put back or forward, and diaries that move from one zone to another."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.urls import reverse

from accounts.models import Patient, erasing
from diary.appointments.periods import latest_day
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.core.days import instants, latest_instant, local_day
from diary.history.timeline import timeline
from diary.models import Call, Medicine
from diary.team.numbers import numbers_of
from diary.treatment.actions.doses import Times
from diary.treatment.forms.at_home import BagForm
from tests.diary.answers import said, typed
from tests.diary.cast import log_temperature

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
BACK = date(2026, 10, 25)  # in London 01:30 comes twice: at 00:30 and at 01:30 UTC
FORWARD = date(2026, 3, 29)  # 01:30 does not come
SKIPPED = (
    "There was no 01:30 on this day because the clocks went forward. "
    "If you mean 02:30 on the new clock, type that."
)
ZONES = sorted(name for name in available_timezones() if "/" in name and "posix" not in name)


def transitions(zone):
    """Return when the clock of a zone is changed, from which offset, and by how much."""
    tz, start = ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC)
    weeks = range(2 * 53)
    offsets = [(start + n * WEEK).astimezone(tz).utcoffset() for n in weeks]
    for n, (old, new) in enumerate(pairwise(offsets)):
        if old != new:
            week = [start + n * WEEK + quarter * HOUR / 4 for quarter in range(7 * 96 + 1)]
            yield next(at for at in week if at.astimezone(tz).utcoffset() == new), old, new - old


# Many zones change alike: one of each kind is enough.
KINDS = {change: zone for zone in ZONES for change in transitions(zone)}
CHANGES = [(zone, at, by) for (at, _, by), zone in KINDS.items()]


def test_there_are_changes_of_every_kind():
    assert len(CHANGES) > 50
    assert {abs(by) for _, _, by in CHANGES} >= {HOUR, HOUR / 2}


def test_a_time_means_its_latest_moment_that_is_not_in_the_future():
    """Over every change of every zone: the moments before, within and after it."""
    for zone, at, _ in CHANGES:
        tz = ZoneInfo(zone)
        for minutes in range(-180, 181, 30):
            now = at + timedelta(minutes=minutes)
            shown = now.astimezone(tz)
            found = instants(shown.date(), shown.time(), tz)
            assert now in found, (zone, now)
            assert latest_instant(shown.date(), shown.time(), tz, now) == now, (zone, now)


def test_a_skipped_time_has_no_moment():
    for zone, at, change in CHANGES:
        tz = ZoneInfo(zone)
        naive = (at - timedelta(minutes=1)).astimezone(tz).replace(tzinfo=None)
        inside = naive + timedelta(minutes=1) + abs(change) / 2
        count = {True: 0, False: 2}[change > timedelta()]
        if change < timedelta():
            inside -= abs(change)
        assert len(instants(inside.date(), inside.time(), tz)) == count, (zone, at)


def _reading(patient, owner, at):
    data = said(at, ReportData("vomiting", "mild"), kind="too-ill")
    return record_check_in(patient, data, by=owner)


def test_what_was_saved_is_in_every_period_up_to_now_whatever_the_zone_was(patient, owner):
    """A sample of moves from zone to zone, around changes of the clock."""
    random = Random(9)  # noqa: S311 (a sample, the same each time)
    for zone, at, _ in random.sample(CHANGES, 40):
        before, after = zone, random.choice(ZONES)
        now = at + timedelta(minutes=random.randrange(-1500, 1500))
        patient.zone = before
        saved = _reading(patient, owner, now)
        patient.zone = after
        today = local_day(now, patient.tz)
        last = latest_day(patient, today)
        assert last == max(today, saved.local_day), (before, after, now)
        days = timeline(patient, today - timedelta(days=2), last, now=now).days
        found = [entry.check_in.pk for day in days for entry in day.entries]
        assert found == [saved.pk], (before, after, now)
        with erasing():
            saved.versions.all().delete()
            saved.delete()


@pytest.fixture
def moved(patient, owner, time_machine):
    """A fever saved on 1 December in Auckland; then the diary moves to Los Angeles: 30 November."""
    time_machine.move_to(datetime(2026, 11, 30, 21, 0, tzinfo=UTC))
    patient.zone = "Pacific/Auckland"
    patient.save()
    saved = log_temperature(patient, "38.6", "C", by=owner)
    assert saved.local_day == date(2026, 12, 1)
    patient.zone = "America/Los_Angeles"
    patient.save()
    return saved


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["today", "history", "history_charts", "summary"])
def test_a_fever_is_still_there_after_a_move_west(moved, patient, owner, log_in, name):
    page = log_in(owner).get(reverse(name, args=[patient.pk]), follow=True).content.decode()
    part = page.partition('id="part"')[2]
    assert "38.6 °C" in part


@pytest.mark.django_db
def test_days_of_ones_own_may_end_with_the_last_day_on_record(moved, patient, owner, log_in):
    url = reverse("summary", args=[patient.pk])
    page = log_in(owner).get(f"{url}?first=2026-11-29&last=2026-12-01")
    assert page.status_code == 200
    assert "38.6 °C" in page.content.decode()
    assert log_in(owner).get(f"{url}?first=2026-11-29&last=2026-12-02").status_code == 422


@pytest.mark.django_db
def test_the_line_on_today_says_which_day_and_zone_it_was(moved, patient, owner, log_in):
    page = log_in(owner).get(reverse("today", args=[patient.pk])).content.decode()
    assert "1 Dec 2026, 10:00 (Pacific/Auckland) · 38.6 °C" in page


@pytest.mark.django_db
def test_a_time_of_the_doubled_hour_is_the_later_one(patient, owner, log_in, time_machine):
    time_machine.move_to(datetime(2026, 10, 25, 9, 0, tzinfo=UTC))
    post(log_in(owner), patient, day="2026-10-25", time="01:30", vomiting="mild")
    assert patient.check_ins.get().at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_within_the_doubled_hour_nothing_is_dated_ahead(patient, owner, log_in, time_machine):
    time_machine.move_to(datetime(2026, 10, 25, 0, 40, tzinfo=UTC))  # 01:40, for the first time
    post(log_in(owner), patient, day="2026-10-25", time="01:30", vomiting="mild")
    assert patient.check_ins.get().at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_a_time_of_the_skipped_hour_is_asked_again(patient, owner, log_in, time_machine):
    time_machine.move_to(datetime(2026, 3, 29, 9, 0, tzinfo=UTC))
    response = post(log_in(owner), patient, day="2026-03-29", time="01:30", vomiting="mild")
    assert response.status_code == 422
    assert SKIPPED in response.content.decode()
    assert not patient.check_ins.exists()


def post(client, patient, **answers):
    return client.post(reverse("today", args=[patient.pk]), typed(**answers))


def _call(client, check_in, day):
    url = reverse("call_record", args=[check_in.patient_id, check_in.pk])
    whom = numbers_of(check_in.patient).in_order[0].name
    data = {"id": uuid4(), "outcome": "reached", "whom": whom, "when": "other", "time": "01:30"}
    return client.post(url, {**data, "day": day.isoformat()})


def _medicine(client, patient, day):
    data = {"id": uuid4(), "medicine": "paracetamol", "when": "other", "time": "01:30"}
    url = reverse("medicines", args=[patient.pk])
    return client.post(url, {**data, "day": day.isoformat()})


@pytest.mark.django_db
def test_calls_and_medicines_take_the_later_moment_too(patient, owner, log_in, time_machine):
    time_machine.move_to(datetime(2026, 10, 25, 9, 0, tzinfo=UTC))
    check_in = log_temperature(patient, "38.6", "C", by=owner)
    assert _call(log_in(owner), check_in, BACK).status_code == 302
    assert Call.objects.get().at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert _medicine(log_in(owner), patient, BACK).status_code == 302
    assert Medicine.objects.get().at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_calls_and_medicines_say_that_an_hour_was_skipped(patient, owner, log_in, time_machine):
    time_machine.move_to(datetime(2026, 3, 29, 9, 0, tzinfo=UTC))
    check_in = log_temperature(patient, "38.6", "C", by=owner)
    for response in (
        _call(log_in(owner), check_in, FORWARD),
        _medicine(log_in(owner), patient, FORWARD),
    ):
        assert response.status_code == 422
        assert SKIPPED in response.content.decode()


@pytest.mark.django_db
def test_a_bag_change_in_the_skipped_hour_says_so(patient, time_machine):
    time_machine.move_to(datetime(2026, 3, 28, 9, 0, tzinfo=UTC))
    form = BagForm({"day": "2026-03-29", "at": "01:30"}, patient=patient, plan=None)
    assert form.errors["at"] == [SKIPPED]


@pytest.mark.django_db
def test_a_dose_of_the_doubled_hour_does_not_end_ahead(time_machine):
    now = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    time_machine.move_to(now)
    times = Times(BACK, time(0, 30), time(1, 30))
    assert times.ended(ZoneInfo("Europe/London")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    time_machine.move_to(now + 8 * HOUR)
    assert times.ended(ZoneInfo("Europe/London")) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["today", "medicines"])
def test_without_a_script_the_zone_is_named(patient, owner, log_in, name):
    page = log_in(owner).get(reverse(name, args=[patient.pk])).content.decode()
    assert "<noscript>" in page
    assert "Times are London time" in page


def test_a_patient_names_the_city_of_its_zone():
    assert Patient(zone="America/Argentina/Buenos_Aires").city == "Buenos Aires"
    assert Patient(zone="UTC").city == "UTC"
