"""When access ends: tonight, on Monday, after a day; to the second, in the zone of the patient."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.access import diaries_of, patient_for
from accounts.ends import End, ends_for, last_day_of, moment_of
from accounts.models import Patient, Role, Share, User
from accounts.people import people_of

LogIn = Callable[[User], Client]
FRIDAY = "2026-11-20T21:40Z"


@pytest.mark.parametrize(
    ("zone", "now", "end", "found"),
    [
        ("Europe/London", FRIDAY, End.TONIGHT, "2026-11-21T00:00Z"),
        ("Asia/Tokyo", FRIDAY, End.TONIGHT, "2026-11-21T15:00Z"),  # Saturday there already
        ("America/Los_Angeles", FRIDAY, End.TONIGHT, "2026-11-21T08:00Z"),
        # A night of 25 hours, and one of 23.
        ("Europe/London", "2026-10-24T23:30Z", End.TONIGHT, "2026-10-26T00:00Z"),
        ("Europe/London", "2026-03-29T00:30Z", End.TONIGHT, "2026-03-29T23:00Z"),
        # Where the clock skips midnight, and where it shows it twice: never later than the first.
        ("Africa/Cairo", "2026-04-23T20:00Z", End.TONIGHT, "2026-04-23T22:00Z"),
        ("America/Havana", "2026-11-01T03:00Z", End.TONIGHT, "2026-11-01T04:00Z"),
        ("Europe/London", FRIDAY, End.MONDAY, "2026-11-23T08:00Z"),
        ("Europe/London", "2026-11-23T07:59:59Z", End.MONDAY, "2026-11-23T08:00Z"),
        ("Europe/London", "2026-11-23T08:00Z", End.MONDAY, "2026-11-30T08:00Z"),
        ("Europe/London", "2026-10-23T12:00Z", End.MONDAY, "2026-10-26T08:00Z"),  # winter by then
        ("America/New_York", "2026-03-06T12:00Z", End.MONDAY, "2026-03-09T12:00Z"),  # summer
        ("Europe/London", FRIDAY, End.NONE, None),
    ],
)
def test_it_ends_when_the_clock_of_the_patient_says_so(
    zone: str, now: str, end: str, found: str | None
) -> None:
    patient = Patient(zone=zone)
    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        moment = moment_of(end, patient)
    assert moment == (datetime.fromisoformat(found) if found else None)


def test_a_day_counts_to_its_very_end() -> None:
    patient = Patient(zone="Africa/Cairo")
    until = moment_of(End.DATE, patient, last_day=date(2026, 4, 23))
    assert until == datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert last_day_of(until, patient) == date(2026, 4, 23)
    assert last_day_of(until + timedelta(hours=8), patient) is None


@pytest.fixture
def until(writer: User) -> datetime:
    """The writer's access ends then."""
    end = timezone.now() + timedelta(hours=3)
    Share.objects.filter(user=writer).update(until=end)
    return end


def test_it_holds_in_the_last_second_and_is_over_in_the_next(
    patient: Patient, writer: User, until: datetime
) -> None:
    with time_machine.travel(until - timedelta(microseconds=1), tick=False):
        assert patient_for(writer, patient.pk, write=True).may_write
        assert diaries_of(writer) == {str(patient.pk): True}
    with time_machine.travel(until, tick=False):
        with pytest.raises(Http404):
            patient_for(writer, patient.pk)
        assert diaries_of(writer) == {}
        assert people_of(writer).visible == []


@pytest.mark.parametrize("page", ["today", "history", "summary", "kept", "patient_urgent"])
def test_an_open_session_is_out_on_its_next_click(
    page: str, patient: Patient, writer: User, until: datetime, log_in: LogIn
) -> None:
    theirs, address = log_in(writer), reverse(page, args=[patient.pk])
    assert theirs.get(address).status_code == 200
    with time_machine.travel(until, tick=False):
        assert theirs.get(address).status_code == 404


def test_a_queued_entry_and_a_file_come_too_late(
    patient: Patient, writer: User, until: datetime, log_in: LogIn
) -> None:
    theirs = log_in(writer)
    typed = {
        "do": "save",
        "id": str(uuid4()),
        "opened": timezone.now().isoformat(),
        "told_by": "caregiver",
        "temperature-C": "38.6",
        "unit": "C",
    }
    with time_machine.travel(until, tick=False):
        for page in ("check_in_send", "today", "summary_pdf", "emergency_pdf", "records_json"):
            answer = theirs.post(reverse(page, args=[patient.pk]), typed)
            assert answer.status_code == 404, page
    assert not patient.check_ins.exists()
    assert mail.outbox == []


def test_who_came_back_is_one_share_again(patient: Patient, owner: User, writer: User) -> None:
    over = timezone.now() - timedelta(days=2)
    old = Share.objects.get(user=writer)
    Share.objects.filter(pk=old.pk).update(until=over)
    _, code = actions.invite(patient, role=Role.READER, email="", by=owner)
    share = actions.accept_invitation(code, by=writer)
    actions.confirm_share(share, by=owner)
    assert patient_for(writer, patient.pk).may_write is False
    old.refresh_from_db()
    assert old.revoked == over, "it is closed at its own end"


def test_an_offer_for_tonight_is_worth_nothing_tomorrow(
    patient: Patient, owner: User, stranger: User
) -> None:
    with time_machine.travel(datetime.fromisoformat(FRIDAY), tick=False) as clock:
        until = moment_of(End.TONIGHT, patient)
        _, code = actions.invite(patient, role=Role.READER, email="", until=until, by=owner)
        _, other = actions.invite(patient, role=Role.READER, email="", until=until, by=owner)
        share = actions.accept_invitation(other, by=stranger)
        clock.move_to(until)
        with pytest.raises(actions.InvitationError):
            actions.accept_invitation(code, by=stranger)
        assert not actions.confirm_share(share, by=owner), "a yes that comes too late opens nothing"


def test_the_owner_is_asked_until_when_and_changes_it_later(
    patient: Patient, owner: User, log_in: LogIn, stranger: User
) -> None:
    dad, page = log_in(owner), reverse("sharing", args=[patient.pk])
    with time_machine.travel(datetime.fromisoformat(FRIDAY), tick=False):
        dad = log_in(owner)
        assert dad.post(page, {"role": "reader", "email": ""}).status_code == 422
        wrong = {"role": "reader", "email": "", "ends": "date"}
        for day in ("", "2026-11-19", "2099-01-01", "31.12.2026"):
            assert dad.post(page, wrong | {"last_day": day}).status_code == 422
        dad.post(page, {"role": "reader", "email": "", "ends": "date", "last_day": "2026-11-22"})
        invitation = patient.invitations.get()
        assert invitation.until == datetime(2026, 11, 23, tzinfo=UTC)
        assert invitation.expires == invitation.until, "before the seven days are over"
        now = timezone.now()
        share = patient.shares.create(user=stranger, role="reader", accepted=now, confirmed=now)
        edit = reverse("share_edit", args=[patient.pk, share.pk])
        dad.post(edit, {"role": "reader", "ends": "monday"})
        share.refresh_from_db()
        assert share.until == datetime(2026, 11, 23, 8, tzinfo=UTC)
        dad.post(edit, {"role": "writer", "ends": "as-now"})
        share.refresh_from_db()
        assert (share.role, share.until) == ("writer", datetime(2026, 11, 23, 8, tzinfo=UTC))
        said = dad.get(page).content.decode()
        assert "until 23 Nov 2026 at 08:00" in said
        done = list(patient.audit.values_list("action", flat=True))
        assert done == ["change role", "change end of share", "invite"]
    with time_machine.travel(datetime(2026, 11, 23, 8, tzinfo=UTC), tick=False):
        dad = log_in(owner)
        assert "Access that has ended" in dad.get(page).content.decode()
        dad.post(edit, {"role": "reader", "ends": "none"})
        assert patient_for(stranger, patient.pk)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-11-23T07:59:59Z", "Monday 23 November at 08:00"),
        ("2026-11-23T08:00Z", "Monday 30 November at 08:00"),
        ("2026-11-29T12:00Z", "Monday 30 November at 08:00"),
    ],
)
def test_which_monday_is_meant_is_said(patient: Patient, now: str, words: str) -> None:
    with time_machine.travel(now, tick=False):
        assert dict(ends_for(patient))["monday"] == words
