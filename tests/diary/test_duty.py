"""On duty: handed over and given back, told on every page, seen by one for all."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.ends import next_clock
from accounts.log import log_page
from accounts.models import Patient, Role, Share, User
from diary.care_card.actions import acknowledge, record_call, record_event
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.check_ins.follow_up import follow_up_of
from diary.check_ins.moves import move_check_in
from diary.core.errors import Refusal
from diary.duty import actions
from diary.duty.alarms import alarms_of
from diary.duty.roster import roster_of
from diary.models import Call, CheckIn, DutyPlan, DutyTurn
from summary.erasure.deletion import erase
from summary.erasure.ledger import LedgerLine
from summary.export.read import records
from tests.config.running import prepare, run_in_django
from tests.diary.answers import reading, said

LogIn = Callable[..., Client]
NOW = datetime(2026, 11, 20, 2, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WAITS = "Nobody has answered yet."
pytestmark = pytest.mark.usefixtures("clock")


def text_of(answer: Any) -> str:
    html = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def page(client: Client, patient: Patient, name: str = "history") -> str:
    return text_of(client.get(reverse(name, args=[patient.pk])))


def holder(patient: Patient) -> str:
    return str(roster_of(Patient.objects.get(pk=patient.pk)).holder.user)


def hand(client: Client, patient: Patient, to: User, **more: str) -> Any:
    turn = roster_of(Patient.objects.get(pk=patient.pk)).open_turn
    typed = {"to": str(to.pk), "ends": "morning", "after": turn, **more}
    return client.post(reverse("duty", args=[patient.pk]), typed, follow=True)


def back(client: Client, patient: Patient) -> Any:
    turn = DutyTurn.objects.latest("began")
    return client.post(reverse("duty_return", args=[patient.pk, turn.pk]), follow=True)


def see(client: Client, check_in: CheckIn, shown: datetime | None = None) -> Any:
    typed = {"id": str(uuid4()), "shown": (shown or timezone.now()).isoformat()}
    address = reverse("call_seen", args=[check_in.patient_id, check_in.pk])
    return client.post(address, typed, follow=True)


# Handing over


def test_one_tap_hands_over_until_seven_and_everybody_sees_it(
    patient: Patient, owner: User, writer: User, dad: Client, log_in: LogIn
) -> None:
    assert "Dad is on duty" in page(log_in(writer), patient, "patient_more")
    for where in ("today", "sharing", "patient_more"):
        assert "Hand over to Grandma until 07:00" in page(dad, patient, where)
    said_then = text_of(hand(dad, patient, writer))
    assert "Grandma is on duty for Ana, until 07:00." in said_then
    turn = DutyTurn.objects.get()
    assert (turn.user, turn.by, turn.until) == (writer, owner, NOW.replace(hour=7, minute=0))
    for where in ("today", "sharing", "patient_more", "duty"):
        assert "Grandma is on duty, until 07:00. They have not said yet that they know." in page(
            dad, patient, where
        )


@pytest.mark.parametrize(
    ("zone", "now", "clock", "found"),
    [
        ("Europe/London", "2026-11-20T02:10Z", "07:00", "2026-11-20T07:00Z"),
        ("Europe/London", "2026-11-20T07:00Z", "07:00", "2026-11-21T07:00Z"),
        ("Asia/Tokyo", "2026-11-20T21:59:59Z", "07:00", "2026-11-20T22:00Z"),
        ("America/Los_Angeles", "2026-11-20T02:10Z", "22:00", "2026-11-20T06:00Z"),
        # Nights of 25 and of 23 hours: seven is seven on the clock.
        ("Europe/London", "2026-10-24T22:00Z", "07:00", "2026-10-25T07:00Z"),
        ("Europe/London", "2026-03-28T23:00Z", "07:00", "2026-03-29T06:00Z"),
        # A time that comes twice: the next of the two. One that is skipped: as long after.
        ("Europe/London", "2026-10-25T00:10Z", "01:30", "2026-10-25T00:30Z"),
        ("Europe/London", "2026-10-25T00:40Z", "01:30", "2026-10-25T01:30Z"),
        ("Europe/London", "2026-10-25T01:40Z", "01:30", "2026-10-26T01:30Z"),
        ("Europe/London", "2026-03-29T00:10Z", "01:30", "2026-03-29T01:30Z"),
    ],
)
def test_it_ends_by_the_clock_of_the_patient(zone: str, now: str, clock: str, found: str) -> None:
    with time_machine.travel(datetime.fromisoformat(now), tick=False):
        end = next_clock(datetime.strptime(clock, "%H:%M").time(), Patient(zone=zone))  # noqa: DTZ007
    assert end == datetime.fromisoformat(found)


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ({"ends": "evening"}, "2026-11-20T22:00Z"),
        ({"ends": "clock", "clock": "06:30"}, "2026-11-20T06:30Z"),
        ({"ends": "open"}, None),
    ],
)
def test_other_ends(
    typed: dict[str, str], until: str | None, patient: Patient, writer: User, dad: Client
) -> None:
    hand(dad, patient, writer, **typed)
    found = DutyTurn.objects.get().until
    assert found == (datetime.fromisoformat(until) if until else None)


@pytest.mark.parametrize(
    "wrong", [{"ends": "clock"}, {"ends": "clock", "clock": "25:00"}, {"ends": "noon"}]
)
def test_what_cannot_be_is_asked_again(
    wrong: dict[str, str], patient: Patient, writer: User, dad: Client
) -> None:
    assert hand(dad, patient, writer, **wrong).status_code == 422
    assert not DutyTurn.objects.exists()


def test_a_turn_ends_by_itself_and_duty_falls_to_the_first_in_the_order(
    patient: Patient, owner: User, writer: User, dad: Client, clock: Any
) -> None:
    hand(dad, patient, writer)
    clock.move_to(NOW.replace(hour=6, minute=59))
    assert holder(patient) == "Grandma"
    clock.move_to(NOW.replace(hour=7, minute=0))
    assert holder(patient) == "Dad"
    actions.set_order(patient, order=[writer.pk], by=owner)
    assert holder(patient) == "Grandma"
    assert hand(dad, patient, owner).status_code == 200
    assert holder(patient) == "Dad"


def test_whoever_it_was_handed_to_is_told_on_the_next_page_and_gives_it_back(
    patient: Patient, writer: User, dad: Client, log_in: LogIn
) -> None:
    hand(dad, patient, writer)
    grandma = log_in(writer)
    told = "You are on duty for Ana, until 07:00. Dad handed over to you."
    for where in (reverse("history", args=[patient.pk]), reverse("people"), "/me/"):
        assert told in text_of(grandma.get(where)), where
    assert "You are off duty for Ana." in text_of(back(grandma, patient))
    assert holder(patient) == "Dad"
    assert told not in page(grandma, patient)
    assert "You are on duty for Ana, until 07:00. Grandma handed over to you." in page(dad, patient)
    assert "Nothing was changed" in text_of(
        grandma.post(
            reverse("duty_return", args=[patient.pk, DutyTurn.objects.earliest("began").pk]),
            follow=True,
        )
    )


def test_i_know_ends_the_strip_and_the_giver_sees_it(
    patient: Patient, writer: User, dad: Client, log_in: LogIn
) -> None:
    hand(dad, patient, writer)
    grandma, turn = log_in(writer), DutyTurn.objects.get()
    grandma.post(reverse("duty_seen", args=[patient.pk, turn.pk]))
    assert "handed over to you" not in page(grandma, patient)
    assert "have not said yet" not in page(dad, patient, "duty")
    assert holder(patient) == "Grandma"


def test_taking_it_and_going_off_duty(patient: Patient, writer: User, log_in: LogIn) -> None:
    grandma = log_in(writer)
    assert "I am on duty now" in page(grandma, patient, "today")
    hand(grandma, patient, writer, ends="open")
    assert holder(patient) == "Grandma"
    assert "handed over to you" not in page(grandma, patient)
    back(grandma, patient)
    assert holder(patient) == "Dad"


# Who may


@pytest.mark.parametrize(
    ("who", "hands", "settles"),
    [
        ("owner", 200, 302),
        ("manager", 200, 302),
        ("writer", 200, 403),
        ("reader", 403, 403),
        ("stranger", 404, 404),
    ],
)
def test_who_may_hand_over_and_who_may_change_the_order(
    who: str,
    hands: int,
    settles: int,
    patient: Patient,
    request: pytest.FixtureRequest,
    log_in: LogIn,
) -> None:
    request.getfixturevalue("writer")
    user = request.getfixturevalue(who)
    client = log_in(user, open_phone=True)
    assert hand(client, patient, patient.owner).status_code == hands
    for name, typed in (("duty_order", {"user": user.pk}), ("duty_minutes", {"minutes": 5})):
        assert client.post(reverse(name, args=[patient.pk]), typed).status_code == settles
    assert DutyTurn.objects.exists() == (hands == 200)
    assert DutyPlan.objects.filter(minutes=5).exists() == (settles == 302)


def test_a_reader_is_on_duty_sees_it_and_gives_it_back_and_hands_it_to_nobody(
    patient: Patient, reader: User, dad: Client, log_in: LogIn, log: Callable[..., CheckIn]
) -> None:
    hand(dad, patient, reader)
    rose = log_in(reader)
    check_in = log("39.0")
    assert WAITS in page(rose, patient)
    card = text_of(rose.get(reverse("check_in", args=[patient.pk, check_in.pk])))
    assert "I have seen this" in card
    assert "Seen: Aunt Rose" in text_of(see(rose, check_in))
    assert Call.objects.get().by == reader
    assert "Hand over to" not in page(rose, patient, "duty")
    back(rose, patient)
    assert holder(patient) == "Dad"


def test_only_somebody_with_access_is_put_on_duty(
    patient: Patient, owner: User, writer: User, stranger: User, dad: Client
) -> None:
    assert hand(dad, patient, stranger).status_code == 422
    with pytest.raises(Refusal):
        actions.hand_over(patient, to=stranger, until=None, after=None, by=owner)
    Share.objects.filter(user=writer).update(revoked=NOW)
    with pytest.raises(Refusal):
        actions.hand_over(patient, to=writer, until=None, after=None, by=owner)
    assert not DutyTurn.objects.exists()


@pytest.mark.parametrize("end", ["revoked", "until"])
def test_when_access_ends_duty_falls_back_on_the_next_request_and_stays_there(
    end: str, patient: Patient, owner: User, writer: User, manager: User, dad: Client, clock: Any
) -> None:
    hand(dad, patient, writer, ends="open")
    Share.objects.filter(user=writer).update(**{end: NOW + MINUTE})
    clock.shift(MINUTE)
    assert holder(patient) == "Dad"
    assert "You are on duty" in page(dad, patient, "patient_more")
    # Access anew does not bring the old turn back, and the row that is left stops nobody.
    Share.objects.filter(user=writer).update(revoked=NOW, until=None)
    Share.objects.create(
        patient=patient,
        user=writer,
        role=Role.WRITER,
        accepted=timezone.now(),
        confirmed=timezone.now(),
    )
    assert holder(patient) == "Dad"
    hand(dad, patient, manager)
    assert holder(patient) == "Uncle Max"


def test_nobody_stays_on_duty_longer_than_they_have_access(
    patient: Patient, writer: User, dad: Client
) -> None:
    Share.objects.filter(user=writer).update(until=NOW + 5 * MINUTE)
    hand(dad, patient, writer)
    assert DutyTurn.objects.get().until == NOW + 5 * MINUTE


def test_of_a_diary_that_waits_to_be_deleted_only_the_owner_is_told(
    patient: Patient, writer: User, dad: Client
) -> None:
    hand(dad, patient, writer)
    Patient.objects.filter(pk=patient.pk).update(erase_due=NOW)
    assert holder(patient) == "Dad"


# Two at once


def test_of_two_who_hand_over_at_once_one_does(
    patient: Patient, owner: User, writer: User, manager: User
) -> None:
    first = actions.hand_over(patient, to=writer, until=None, after=None, by=owner)
    with pytest.raises(Refusal):  # the page of the other was drawn before that
        actions.hand_over(patient, to=manager, until=None, after=None, by=owner)
    with pytest.raises(Refusal):
        actions.hand_over(patient, to=owner, until=None, after=uuid4(), by=owner)
    assert DutyTurn.objects.get(ended=None) == first
    again = actions.hand_over(patient, to=writer, until=None, after=None, by=owner)
    assert again == first, "a second tap is no second hand-over"
    assert patient.audit.count() == 1


def test_the_database_itself_keeps_one_open_turn(patient: Patient, owner: User) -> None:
    mine = {"patient": patient, "user": owner, "by": owner, "began": NOW}
    DutyTurn.objects.create(**mine)
    for wrong in ({}, {"ended": NOW - MINUTE}, {"ended": NOW, "until": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DutyTurn.objects.create(**mine | wrong)
    DutyTurn.objects.create(**mine | {"ended": NOW})
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyPlan.objects.create(patient=patient, minutes=7)


# Who is told


def test_whoever_is_told_sees_it_on_every_page_until_one_has_seen_it(
    patient: Patient,
    owner: User,
    writer: User,
    reader: User,
    dad: Client,
    log_in: LogIn,
    log: Callable[..., CheckIn],
    clock: Any,
) -> None:
    grandma, rose = log_in(writer), log_in(reader)
    actions.set_order(patient, order=[owner.pk, writer.pk, reader.pk], by=owner)
    check_in = log("39.0")
    seen = lambda: [WAITS in page(client, patient) for client in (dad, grandma, rose)]  # noqa: E731
    assert seen() == [True, False, False]
    clock.shift(10 * MINUTE)
    assert seen() == [True, True, False]
    clock.shift(10 * MINUTE)
    assert seen() == [True, True, True]
    see(rose, check_in)
    assert seen() == [False, False, False]
    assert Call.objects.get().get_outcome_display() == "seen"
    clock.shift(MINUTE)
    log("39.2")
    assert seen() == [True, False, False], "something new opens it again"


def test_on_the_pages_of_other_diaries_and_of_none_it_names_the_diary(
    patient: Patient, owner: User, dad: Client, log: Callable[..., CheckIn], make_ben: Patient
) -> None:
    check_in = log("39.0")
    card = reverse("check_in", args=[patient.pk, check_in.pk])
    words = f"▲ Ana’s diary: an urgent entry, today, 02:10. {WAITS} Open the card"
    for where in (reverse("history", args=[make_ben.pk]), "/me/"):
        answer = dad.get(where)
        assert words in text_of(answer), where
        assert f'href="{card}"' in answer.content.decode()
    assert text_of(dad.get(reverse("people"))).count(WAITS) == 1
    acknowledge(check_in, shown=timezone.now(), by=owner)
    for where in (reverse("history", args=[make_ben.pk]), "/me/", reverse("people")):
        assert WAITS not in text_of(dad.get(where)), where


@pytest.fixture
def make_ben(owner: User) -> Patient:
    """Ana's brother, in the same hands."""
    return Patient.objects.create(
        owner=owner,
        name="Ben",
        birth_month=1,
        birth_year=2019,
        zone="Europe/London",
        unit="C",
        country="GB",
    )


@pytest.mark.parametrize("outcome", ["seen", "reached", "no-answer", "closed"])
def test_a_call_that_is_recorded_counts_as_an_answer(
    outcome: str,
    patient: Patient,
    owner: User,
    writer: User,
    dad: Client,
    log: Callable[..., CheckIn],
) -> None:
    check_in = log("39.0")
    assert WAITS in page(dad, patient)
    record_call(check_in, outcome=outcome, at=timezone.now(), reason="On the ward", by=owner)
    assert WAITS not in page(dad, patient)


def test_where_the_patient_is_answers_nothing_and_worse_opens_it_again(
    patient: Patient,
    owner: User,
    writer: User,
    dad: Client,
    log: Callable[..., CheckIn],
    clock: Any,
) -> None:
    check_in = log("39.0")
    record_event(check_in, outcome="in-hospital", by=owner)
    assert WAITS in page(dad, patient)
    acknowledge(check_in, shown=timezone.now(), by=owner)
    assert WAITS not in page(dad, patient)
    clock.shift(MINUTE)
    record_event(check_in, outcome="worse", by=owner)
    assert WAITS in page(dad, patient)


def test_another_sign_in_an_entry_of_the_fever_is_not_answered_with_the_fever(
    patient: Patient, owner: User, writer: User, dad: Client, clock: Any
) -> None:
    both = said(NOW, reading("39.0"), ReportData("confusion", "severe"))
    record_check_in(patient, both, by=owner)
    clock.shift(60 * MINUTE)
    later = record_check_in(patient, said(timezone.now(), reading("39.1")), by=owner)
    acknowledge(later, shown=timezone.now(), by=owner)
    fever, sign = sorted(alarms_of(follow_up_of([patient])), key=lambda a: -len(a.members))
    assert (len(fever.members), fever.is_answered) == (2, True)
    assert (len(sign.members), sign.is_answered) == (1, False)
    assert WAITS in page(dad, patient)


def test_what_came_after_the_page_was_drawn_is_not_seen(
    patient: Patient, writer: User, dad: Client, log: Callable[..., CheckIn], clock: Any
) -> None:
    check_in = log("39.0")
    clock.shift(MINUTE)
    log("39.3")
    clock.shift(MINUTE)
    answer = text_of(see(dad, check_in, shown=NOW + MINUTE / 2))
    assert "Something urgent was added since. Read it, then tap again." in answer
    assert not Call.objects.exists()
    assert WAITS in page(dad, patient)
    see(dad, check_in)
    assert WAITS not in page(dad, patient)


def test_having_seen_it_hides_and_lowers_nothing(
    patient: Patient, writer: User, dad: Client, log: Callable[..., CheckIn]
) -> None:
    check_in = log("39.0")
    before = page(dad, patient, "history")
    card = reverse("check_in", args=[patient.pk, check_in.pk])
    shown = text_of(dad.get(card))
    assert "On duty: Dad" in shown
    see(dad, check_in)
    assert page(dad, patient, "history") == before.replace(f". {WAITS}", "")
    after = text_of(dad.get(card))
    assert "Seen: Dad, today, 02:10" in after
    assert after.replace("Seen: Dad, today, 02:10", "", 1).split("On duty: Dad")[0].split() == (
        shown.split("On duty: Dad")[0].split()
    )
    assert 'role="alertdialog"' in dad.get(card).content.decode()
    assert CheckIn.objects.followed().exists()


def test_it_stands_in_the_history_with_name_and_time(
    patient: Patient, reader: User, dad: Client, log: Callable[..., CheckIn], clock: Any
) -> None:
    check_in = log("39.0")
    clock.shift(4 * MINUTE)
    acknowledge(check_in, shown=timezone.now(), by=reader)
    day = reverse("history_day", args=[patient.pk, "2026-11-20"])
    assert "seen, 4 minutes after the finding (Aunt Rose)" in text_of(dad.get(day))


def test_an_entry_that_moves_is_not_seen_in_the_other_diary(
    patient: Patient, owner: User, log: Callable[..., CheckIn], make_ben: Patient
) -> None:
    check_in = log("39.0")
    acknowledge(check_in, shown=timezone.now(), by=owner)
    move_check_in(check_in, to=make_ben, by=owner)
    (there,) = alarms_of(follow_up_of([make_ben]))
    assert not there.is_answered
    (here,) = alarms_of(follow_up_of([patient]))
    assert here.is_answered, "what was seen here is the same fever"


# The order, the log, and what is kept


def test_the_order_and_the_minutes_are_changed_by_plain_buttons(
    patient: Patient, writer: User, reader: User, dad: Client
) -> None:
    names = lambda: [str(one.user) for one in roster_of(Patient.objects.get()).members]  # noqa: E731
    assert names() == ["Dad", "Grandma", "Aunt Rose"]
    address = reverse("duty_order", args=[patient.pk])
    dad.post(address, {"user": reader.pk})
    assert names() == ["Dad", "Aunt Rose", "Grandma"]
    dad.post(address, {"user": reader.pk})
    assert names() == ["Aunt Rose", "Dad", "Grandma"]
    for nobody in (reader.pk, uuid4(), "x"):
        dad.post(address, {"user": nobody})
    assert names() == ["Aunt Rose", "Dad", "Grandma"]
    minutes = reverse("duty_minutes", args=[patient.pk])
    for typed in ("30", "7", ""):
        dad.post(minutes, {"minutes": typed})
    assert roster_of(Patient.objects.get()).minutes == 30
    assert "for 30 minutes, the next person is told too" in page(dad, patient, "duty")


def test_the_log_and_the_export_say_who_did_what_and_to_whom(
    patient: Patient,
    owner: User,
    writer: User,
    dad: Client,
    log_in: LogIn,
    log: Callable[..., CheckIn],
    clock: Any,
) -> None:
    grandma = log_in(writer)
    hand(dad, patient, writer)
    for deed in (back, partial(hand, to=writer, ends="open"), back):
        clock.shift(MINUTE)
        deed(grandma, patient)
    actions.set_minutes(patient, minutes=5, by=owner)
    actions.set_minutes(patient, minutes=5, by=owner)
    actions.move_up(patient, user=writer.pk, by=owner)
    see(dad, log("39.0"))
    lines = {f"{line.who} {line.words}" for line in log_page(patient).lines}
    assert {
        "Dad put Grandma on duty",
        "Grandma gave duty back to Dad",
        "Grandma went on duty",
        "Grandma went off duty",
        "Dad changed who is told next",
        "Dad changed after how many minutes the next person is told",
        "Dad said that they have seen something urgent",
    } <= lines
    found = records(patient)
    said_there = {(line.who, line.action, line.whom) for line in found.log}
    assert ("Dad", "hand over duty", "Grandma") in said_there
    assert ("Dad", "acknowledge", "") in said_there
    assert [call.outcome for call in found.check_ins[0].calls] == ["seen"]


def test_an_account_that_goes_takes_its_turns_along_and_leaves_those_of_others(
    patient: Patient, owner: User, writer: User, manager: User, clock: Any
) -> None:
    actions.hand_over(patient, to=manager, until=None, after=None, by=writer)
    erase(LedgerLine(timezone.now(), "account", writer.pk))
    turn = DutyTurn.objects.get()
    assert (turn.user, turn.by, holder(patient)) == (manager, None, "Uncle Max")
    erase(LedgerLine(timezone.now(), "account", manager.pk))
    assert not DutyTurn.objects.exists()
    assert holder(patient) == "Dad"
    erase(LedgerLine(timezone.now(), "diary", patient.pk))
    assert not DutyPlan.objects.exists()


# What it costs


@pytest.mark.parametrize(
    ("name", "most"),
    [("today", 8), ("history", 8), ("treatment", 6), ("patient_more", 6), ("summary", 12)],
)
def test_a_page_asks_no_more_though_there_are_other_diaries(
    name: str,
    most: int,
    patient: Patient,
    writer: User,
    dad: Client,
    log: Callable[..., CheckIn],
    make_ben: Patient,
    django_assert_max_num_queries: Any,
) -> None:
    log("39.0")
    hand(dad, patient, writer)
    address = reverse(name, args=[make_ben.pk])
    dad.get(address)
    with django_assert_max_num_queries(most):
        assert dad.get(address).status_code == 200


RACE = """
import json, threading
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from accounts.models import Patient, Share, User
from diary.core.errors import Refusal
from diary.duty.actions import hand_over
from diary.models import DutyTurn
users = [User.objects.create_user(f"{n}@example.org") for n in range(4)]
patient = Patient.objects.create(
    owner=users[0], name="Ana", birth_month=5, birth_year=2017, zone="UTC", unit="C", country="GB"
)
now = timezone.now()
for user in users[1:]:
    Share.objects.create(patient=patient, user=user, role="writer", accepted=now, confirmed=now)
if {without}:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_open_turn_per_diary")
first = hand_over(patient, to=users[0], until=None, after=None, by=users[0])
together, refused = threading.Barrier(4), []
def take(user):
    together.wait()
    try:
        hand_over(patient, to=user, until=now + timedelta(days=1), after=first.pk, by=user)
    except Refusal:
        refused.append(user)
threads = [threading.Thread(target=take, args=[user]) for user in users]
[t.start() for t in threads]
[t.join() for t in threads]
print(json.dumps([DutyTurn.objects.filter(ended=None).count(), len(refused)]))
"""


@pytest.mark.parametrize(
    ("without", "found"),
    [(False, [1, 3]), (True, [4, 0])],
    ids=["as it is", "without the constraint"],
)
def test_four_at_once_on_the_real_database_take_effect_once(
    without: bool, found: list[int], tmp_path: Path
) -> None:
    prepare(tmp_path)
    assert json.loads(run_in_django(tmp_path, RACE.replace("{without}", str(without)))) == found
