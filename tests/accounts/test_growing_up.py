"""A child's diary becomes the young person's own: on the right day, with 30 days' notice, for
everybody at their next click."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core import mail as outbox
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from accounts import actions, majority
from accounts.access import diaries_of, patient_for, roles_given_by
from accounts.log import log_page
from accounts.models import AgeChoice, Erasure, Patient, Role, Share, User
from accounts.people import people_of
from summary.erasure import rounds
from summary.erasure.actions import ask_for_account, ask_for_diary
from summary.erasure.deletion import erase_due
from tests.config.running import manage

LogIn = Callable[..., Client]
NOW = datetime(2033, 4, 20, 12, tzinfo=UTC)
DAY = datetime(2033, 5, 31, 23, tzinfo=UTC)  # 1 June in London
MINUTE = timedelta(minutes=1)
ZONES = sorted(available_timezones() - {"localtime"})


@given(
    year=st.integers(1950, 2080),
    month=st.integers(1, 12),
    birth_day=st.integers(1, 28),
    age=st.integers(10, 25),
    zone=st.sampled_from(ZONES),
)
def test_the_day_is_the_first_on_which_nobody_of_that_month_is_too_young(
    year: int, month: int, birth_day: int, age: int, zone: str
) -> None:
    tz = ZoneInfo(zone)
    moment = majority.moment_of_age(year, month, age, tz)
    day = moment.astimezone(tz).date()
    assert day.day == 1
    assert day > date(year + age, month, birth_day)
    assert day - date(year + age, month, birth_day) <= timedelta(days=31)
    assert (moment - timedelta(seconds=1)).astimezone(tz).date() < day


@pytest.mark.parametrize(
    ("born", "day"),
    [
        ((2017, 5), (2033, 6, 1)),
        ((2016, 12), (2033, 1, 1)),
        ((2012, 2), (2028, 3, 1)),
        ((2013, 2), (2029, 3, 1)),
    ],
    ids=["May", "December", "29 February, leap", "29 February, common"],
)
def test_the_day_itself(born: tuple[int, int], day: tuple[int, int, int]) -> None:
    assert majority.day_of_age(*born, 16) == date(*day)


def test_a_midnight_that_the_clock_skips_is_the_skip() -> None:
    """In Moscow summer time began at midnight on 1 April 1984: that day began at one."""
    tz = ZoneInfo("Europe/Moscow")
    moment = majority.moment_of_age(1968, 3, 16, tz)
    assert moment.astimezone(tz).strftime("%d %H:%M") == "01 01:00"
    assert (moment - MINUTE).astimezone(tz).strftime("%d %H:%M") == "31 23:59"


@pytest.fixture
def ana(clock: Any, patient: Patient) -> Patient:
    """Ana, whose diary was begun when she was five, and becomes hers in 41 days."""
    Patient.objects.filter(pk=patient.pk).update(created=datetime(2022, 9, 1, tzinfo=UTC))
    majority.make_round()
    patient.refresh_from_db()
    return patient


@pytest.fixture
def own(ana: Patient, owner: User, make_user: Callable[..., User]) -> User:
    """Ana's own log-in, by the way that everybody comes in."""
    return let_in(ana, make_user("Ana herself"), owner)


def let_in(patient: Patient, user: User, owner: User) -> User:
    _, code = actions.invite(patient, email=user.email, role=Role.WRITER, is_patient=True, by=owner)
    assert actions.confirm_share(actions.accept_invitation(code, by=user), by=owner)
    return user


def may(user: User, patient: Patient) -> str:
    """Say what this user is at the door, as short as it goes."""
    try:
        at = patient_for(user, patient.pk)
    except Exception as refused:  # noqa: BLE001 (its name is what is compared)
        return type(refused).__name__
    if at.is_owner:
        return "owner"
    return "manager" if at.may_manage else "writer" if at.may_write else "reader"


def test_it_is_planned_for_a_childs_diary_alone(
    ana: Patient, owner: User, settings: LazySettings
) -> None:
    assert ana.of_age_at == DAY
    fields: Any = {"zone": "Europe/London", "unit": "C", "country": "GB", "birth_month": 5}
    grown = actions.create_patient(by=owner, is_self=False, name="Gran", birth_year=1950, **fields)
    child = actions.create_patient(by=owner, is_self=False, name="Ben", birth_year=2027, **fields)
    me = actions.create_patient(by=owner, is_self=True, name="Me", birth_year=2027, **fields)
    assert (grown.of_age_at, me.of_age_at) == (None, None)
    assert child.of_age_at == datetime(2043, 5, 31, 23, tzinfo=UTC)
    settings.COMES_OF_AGE = 0
    majority.make_round()
    assert not Patient.objects.exclude(of_age_at=None).exists()


def test_whoever_is_met_late_has_thirty_days_all_the_same(
    ana: Patient, settings: LazySettings, clock: Any
) -> None:
    settings.COMES_OF_AGE = 12  # it was in 2029
    majority.make_round()
    ana.refresh_from_db()
    assert ana.of_age_at
    assert timedelta(days=30) <= ana.of_age_at - NOW <= timedelta(days=32)
    assert ana.of_age_at.astimezone(ana.tz).hour == 0
    first = ana.of_age_at
    for days in (1, 20, 60):  # and it is not put off each time somebody looks
        clock.move_to(NOW + timedelta(days=days))
        majority.make_round()
        ana.refresh_from_db()
        assert ana.of_age_at == first


def test_the_day_goes_along_to_another_zone(ana: Patient, owner: User, clock: Any) -> None:
    clock.move_to(DAY - timedelta(days=3))
    for zone, hours in (("America/Los_Angeles", 7), ("Pacific/Auckland", -12)):
        edit(ana, owner, zone=zone)
        assert ana.of_age_at == datetime(2033, 6, 1, tzinfo=UTC) + timedelta(hours=hours)


def edit(patient: Patient, by: User, **changed: Any) -> None:
    names = ("name", "birth_month", "birth_year", "zone", "unit", "country")
    actions.edit_patient(
        patient, by=by, **{name: getattr(patient, name) for name in names} | changed
    )


def test_a_birth_that_was_wrong_moves_the_day_and_in_the_last_days_only_by_her(
    ana: Patient, owner: User, own: User, clock: Any
) -> None:
    edit(ana, owner, birth_year=2018)
    assert ana.of_age_at == datetime(2034, 5, 31, 23, tzinfo=UTC)
    edit(ana, owner, birth_year=2017)
    clock.move_to(DAY - timedelta(days=3))
    with pytest.raises(ValidationError):
        edit(ana, owner, birth_year=2018)
    edit(ana, owner, name="Anna")
    assert Patient.objects.get().of_age_at == DAY
    edit(ana, own, birth_year=2018)
    assert Patient.objects.get().of_age_at == datetime(2034, 5, 31, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("chosen", "becomes"),
    [(None, "Http404"), (AgeChoice.END, "Http404"), *((role, role) for role in Role)],
)
def test_across_the_day_each_guardian_is_what_she_chose(
    chosen: str | None, becomes: str, ana: Patient, owner: User, own: User, manager: User,
    reader: User, clock: Any,
) -> None:  # fmt: skip
    clock.move_to(DAY - timedelta(days=30))
    if chosen:
        for guardian in (owner, manager):
            actions.choose_for_age(ana, guardian, role=chosen, by=own)
    clock.move_to(DAY - MINUTE)
    everybody = (owner, manager, own, reader)
    assert [may(user, ana) for user in everybody] == ["owner", "manager", "writer", "reader"]
    clock.move_to(DAY)
    assert [may(user, ana) for user in everybody] == [becomes, becomes, "owner", "reader"]
    hers = patient_for(own, ana.pk)
    assert hers.is_self and hers.is_you and hers.handed_over == DAY
    clock.move_to(DAY + timedelta(days=400))
    assert [may(user, ana) for user in everybody] == [becomes, becomes, "owner", "reader"]


@pytest.mark.parametrize("way", ["own", "people", "diaries", "round"])
def test_whoever_comes_first_the_guardian_is_out(
    way: str, ana: Patient, owner: User, own: User, clock: Any
) -> None:
    clock.move_to(DAY)
    if way == "own":
        assert may(own, ana) == "owner"
    elif way == "round":
        majority.make_round()
        assert Patient.objects.get().owner == own
    elif way == "people":
        assert people_of(owner).visible == []
    else:
        assert diaries_of(owner) == {}
    assert may(owner, ana) == "Http404"
    assert [person.patient for person in people_of(own).visible] == [ana]


def test_the_ordinary_door_asks_no_more_than_before(
    ana: Patient, owner: User, clock: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Nor does that of a young person without a log-in, day after day."""
    patient_for(owner, ana.pk)
    for moment in (NOW, DAY, DAY + timedelta(days=100)):
        clock.move_to(moment)
        with django_assert_num_queries(1):
            patient_for(owner, ana.pk)


@pytest.mark.parametrize("page", ["records", "diary_delete", "clinic_links"])
def test_without_a_log_in_of_hers_nothing_is_given_away_and_everything_is_seen(
    page: str, ana: Patient, owner: User, manager: User, log_in: LogIn, clock: Any
) -> None:
    address = reverse(page, args=[ana.pk])
    clock.move_to(DAY - MINUTE)
    assert log_in(owner).get(address).status_code == 200
    clock.move_to(DAY)
    for user in (owner, manager):
        client = log_in(user)
        assert client.get(address).status_code == 403
        for open_page in ("today", "patient_urgent", "history", "team", "team_edit"):
            assert client.get(reverse(open_page, args=[ana.pk])).status_code == 200, open_page
        assert may(user, ana) == "writer"
        assert roles_given_by(user, ana) == ()
        with pytest.raises(PermissionDenied):
            actions.invite(ana, email="", role=Role.READER, by=user)
    text = log_in(owner).get(reverse("today", args=[ana.pk])).content.decode()
    assert "Ana is old enough to keep this diary, and has no log-in yet." in text
    told = log_in(owner).get(reverse("growing_up", args=[ana.pk])).content.decode()
    assert "You can no longer share, export or delete the diary" in told


def test_without_a_log_in_of_hers_whoever_began_it_still_shuts_people_out(
    ana: Patient,
    owner: User,
    manager: User,
    make_user: Callable[..., User],
    log_in: LogIn,
    clock: Any,
) -> None:
    ex, unknown = make_user("Ex"), make_user("Unknown")
    Share.objects.create(patient=ana, user=ex, role=Role.WRITER, accepted=NOW, confirmed=NOW)
    waiting = Share.objects.create(patient=ana, user=unknown, role=Role.READER, accepted=NOW)
    offer, _ = actions.invite(ana, email="", role=Role.READER, by=owner)
    clock.move_to(DAY)
    keeper, sharing = log_in(owner), reverse("sharing", args=[ana.pk])
    page = keeper.get(sharing).content.decode()
    assert "End Ex’s access now" in page
    assert "Invite someone" not in page
    assert "let Unknown see" not in page
    assert keeper.post(sharing, {"role": "reader", "ends": "none"}).status_code == 403
    assert log_in(manager).get(sharing).status_code == 403
    share = Share.objects.get(user=ex)
    end = reverse("share_revoke", args=[ana.pk, share.pk])
    assert log_in(manager).post(end).status_code == 403
    assert may(ex, ana) == "writer"
    for address in (
        end,
        reverse("share_revoke", args=[ana.pk, waiting.pk]),
        reverse("invitation_cancel", args=[ana.pk, offer.pk]),
    ):
        assert keeper.post(address).status_code == 302
    assert may(ex, ana) == "Http404"
    offer.refresh_from_db(), waiting.refresh_from_db()
    assert offer.cancelled
    assert waiting.revoked


def test_she_comes_in_later_and_who_wrote_for_her_goes_on_until_she_says(
    ana: Patient, owner: User, manager: User, make_user: Callable[..., User], clock: Any
) -> None:
    clock.move_to(DAY + timedelta(days=50))
    own = let_in(ana, make_user("Ana herself"), owner)
    clock.shift(MINUTE)
    assert [may(user, ana) for user in (owner, own, manager)] == ["writer", "owner", "writer"]
    share = Share.objects.get(user=owner)
    actions.revoke_share(share, by=own)
    assert may(owner, ana) == "Http404"


def test_an_account_or_diary_that_is_about_to_go_takes_hers_nowhere(
    ana: Patient, owner: User, own: User, clock: Any
) -> None:
    clock.move_to(DAY - timedelta(days=2))
    ask_for_account(owner, keeps_name=False, by=owner)
    clock.move_to(DAY)
    assert may(own, ana) == "Http404", "closed, until it is handed over"
    majority.make_round()
    assert may(own, ana) == "owner"
    clock.move_to(DAY + timedelta(days=9))
    erase_due()
    assert not User.objects.filter(pk=owner.pk).exists()
    assert may(own, ana) == "owner"


def test_hers_goes_nowhere_with_an_account_that_she_deletes(
    ana: Patient, owner: User, own: User, clock: Any
) -> None:
    clock.move_to(DAY - timedelta(days=2))
    ask_for_account(own, keeps_name=False, by=own)
    clock.move_to(DAY + timedelta(days=9))
    majority.make_round()
    erase_due()
    assert may(owner, ana) == "writer"


def test_a_guardian_deletes_neither_the_diary_nor_with_the_account(
    ana: Patient, owner: User, log_in: LogIn, clock: Any
) -> None:
    clock.move_to(DAY)
    said = {"keeps_name": "no"}
    answer = log_in(owner).post(reverse("account_delete"), said)
    assert answer.status_code == 422
    assert "only Ana may delete it" in answer.content.decode()
    assert not Erasure.objects.exists()


def test_in_the_days_before_no_guardian_deletes_it_with_or_without_the_account(
    ana: Patient, owner: User, own: User, log_in: LogIn, clock: Any
) -> None:
    clock.move_to(DAY - timedelta(days=29))
    client = log_in(owner)
    page = client.post(reverse("diary_delete", args=[ana.pk]), follow=True).content.decode()
    assert "It cannot be deleted before." in page
    answer = client.post(reverse("account_delete"), {"keeps_name": "no"})
    assert answer.status_code == 422
    assert "The diary of Ana changes hands soon." in answer.content.decode()
    assert not Erasure.objects.exists()


def test_what_was_to_be_deleted_before_may_still_be_kept(
    ana: Patient, owner: User, log_in: LogIn, clock: Any
) -> None:
    clock.move_to(DAY - timedelta(days=1))
    ask_for_diary(ana, by=owner)
    clock.move_to(DAY + MINUTE)
    log_in(owner).post(reverse("diary_keep", args=[ana.pk]))
    assert Patient.objects.get().erase_due is None


def test_an_entry_that_waited_on_a_guardians_phone_is_refused(
    ana: Patient, owner: User, own: User, log_in: LogIn, clock: Any
) -> None:
    clock.move_to(DAY)
    sent = log_in(owner).post(
        reverse("check_in_send", args=[ana.pk]), {"account": owner.pk, "temperature-C": "39"}
    )
    assert sent.status_code == 404
    assert not ana.check_ins.exists()


@pytest.mark.parametrize("of", ["owner", "manager", "reader"])
@pytest.mark.parametrize("trick", ["{0}@{1}", "{0}+ana@{1}", "{0}.@{1}", "{0}@{1}:upper"])
def test_her_log_in_has_an_address_that_leads_to_nobody_else(
    trick: str, of: str, ana: Patient, make_user: Callable[..., User],
    request: pytest.FixtureRequest, owner: User,
) -> None:  # fmt: skip
    user: User = request.getfixturevalue(of)
    email = trick.removesuffix(":upper").format(*user.email.split("@"))
    email = email.upper() if trick.endswith("upper") else email
    with pytest.raises(actions.SameAddressError):
        actions.invite(ana, email=email, role=Role.WRITER, is_patient=True, by=owner)
    _, code = actions.invite(ana, email="", role=Role.WRITER, is_patient=True, by=owner)
    other = make_user("Somebody")
    EmailAddress.objects.create(user=other, email=email, verified=True)
    with pytest.raises(actions.SameAddressError):
        actions.offer_for(code, to=other)
    EmailAddress.objects.all().delete()
    assert actions.offer_for(code, to=other)


def test_it_has_to_be_verified_where_mail_can_be_sent(
    ana: Patient, owner: User, stranger: User, settings: LazySettings
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    _, code = actions.invite(ana, email="", role=Role.WRITER, is_patient=True, by=owner)
    address = EmailAddress.objects.create(user=stranger, email=stranger.email, verified=False)
    with pytest.raises(actions.SameAddressError):
        actions.accept_invitation(code, by=stranger)
    address.verified = True
    address.save()
    assert actions.accept_invitation(code, by=stranger).is_patient


def test_she_has_one_log_in_and_it_has_no_end(ana: Patient, owner: User, own: User,
    stranger: User) -> None:  # fmt: skip
    _, code = actions.invite(ana, email="", role=Role.WRITER, is_patient=True, by=owner)
    second = actions.accept_invitation(code, by=stranger)
    assert not actions.confirm_share(second, by=owner)
    share = Share.objects.get(user=own)
    with pytest.raises(PermissionDenied):
        actions.change_share(share, role=Role.READER, without_notes=True, by=owner)


def test_in_the_last_days_nobody_ends_or_lowers_her_log_in(
    ana: Patient, owner: User, own: User, manager: User, clock: Any
) -> None:
    share = Share.objects.get(user=own)
    clock.move_to(DAY - timedelta(days=29))
    for user in (owner, manager):
        with pytest.raises(PermissionDenied):
            actions.revoke_share(share, by=user)
        with pytest.raises(PermissionDenied):
            actions.change_share(share, role=Role.READER, by=user)
    assert may(own, ana) == "writer"
    clock.move_to(DAY + MINUTE)
    with pytest.raises(PermissionDenied):
        actions.revoke_share(share, by=owner)


@pytest.mark.parametrize("days", [-31, 0])
def test_only_she_chooses_and_only_in_the_last_days(
    days: int, ana: Patient, owner: User, own: User, reader: User, clock: Any
) -> None:
    clock.move_to(DAY + timedelta(days=days))
    with pytest.raises(PermissionDenied):
        actions.choose_for_age(ana, owner, role=Role.WRITER, by=own)
    clock.move_to(DAY - timedelta(days=1))
    for by, whom in ((owner, owner), (reader, owner), (own, reader)):
        with pytest.raises(PermissionDenied):
            actions.choose_for_age(ana, whom, role=Role.WRITER, by=by)


@pytest.fixture
def told(ana: Patient, own: User, manager: User, writer: User, settings: LazySettings,
    clock: Any) -> Iterator[None]:  # fmt: skip
    settings.EMAIL_HOST = "mail.example.org"
    clock.move_to(DAY - timedelta(days=30))
    outbox.outbox.clear()
    majority.make_round()
    majority.make_round()
    yield


@pytest.mark.usefixtures("told")
def test_a_mail_tells_each_whom_it_concerns_once_and_names_nobody(
    owner: User, own: User, manager: User
) -> None:
    sent = outbox.outbox
    assert sorted(mail.to[0] for mail in sent) == sorted(u.email for u in (owner, own, manager))
    for mail in sent:
        assert "30 days" in mail.body
        for word in ("Ana", "Dad", "London", "leuk", "patient"):
            assert word not in mail.body + mail.subject


@pytest.mark.usefixtures("told")
def test_pages_say_the_day_to_whom_it_concerns(
    ana: Patient, owner: User, own: User, manager: User, writer: User, log_in: LogIn
) -> None:
    today = reverse("today", args=[ana.pk])
    words = "On 1 June 2033 this diary becomes"
    said = {user.name: log_in(user).get(today).content.decode() for user in
            (owner, own, manager, writer)}  # fmt: skip
    assert [name for name, text in said.items() if words in text] == [
        owner.name, own.name, manager.name
    ]  # fmt: skip
    assert f"{words} yours" in said[own.name]
    assert words in log_in(owner).get(reverse("sharing", args=[ana.pk])).content.decode()


@pytest.mark.usefixtures("told")
def test_her_page_saves_what_she_chooses_after_the_password(
    ana: Patient, owner: User, own: User, log_in: LogIn, clock: Any
) -> None:
    page = reverse("growing_up", args=[ana.pk])
    choose = reverse("growing_up_choose", args=[ana.pk, owner.pk])
    assert "Does Dad stay?" in log_in(own).get(page).content.decode()
    assert "Does Dad stay?" not in log_in(owner).get(page).content.decode()
    assert "reauthenticate" in log_in(own, open_phone=True).post(choose, {"role": "reader"}).url
    assert not ana.age_choices.exists()
    assert log_in(own).post(choose, {"role": "owner"}).status_code == 302
    assert not ana.age_choices.exists()
    log_in(own).post(choose, {"role": "reader"})
    clock.move_to(DAY)
    assert may(owner, ana) == "reader"
    words = [line.words for line in log_page(patient_for(own, ana.pk)).lines]
    assert "took over the diary as their own" in words
    assert "chose who stays when the diary becomes theirs" in words
    assert "changed what Dad may do" in words
    names = {line.who for line in log_page(patient_for(own, ana.pk)).lines}
    assert "Dad" in names, "who began it is named as before"


def test_before_that_she_sees_who_looked_and_writes_about_herself(
    ana: Patient, own: User, log_in: LogIn
) -> None:
    client = log_in(own)
    log = client.get(reverse("sharing_log", args=[ana.pk])).content.decode()
    assert "Who looked, who changed" in log
    assert "Change who can see it" not in log, "it leads nowhere for her"
    refused = client.get(reverse("sharing", args=[ana.pk]))
    assert refused.status_code == 403
    assert "You can read this diary" not in refused.content.decode(), "she writes in it too"
    today = client.get(reverse("today", args=[ana.pk])).content.decode()
    assert "How are you today?" in today
    at = patient_for(own, ana.pk)
    assert at.is_you and not at.is_owner


def test_a_page_invites_her_and_its_form_refuses_an_address_of_the_family(
    ana: Patient, dad: Client, manager: User
) -> None:
    page = reverse("growing_up", args=[ana.pk])
    answer = dad.post(page, {"email": manager.email.upper()})
    assert answer.status_code == 422
    assert "Somebody who sees this diary uses that email" in answer.content.decode()
    assert dad.post(page, {"email": "ana@school.example"}).status_code == 302
    assert ana.invitations.get().is_patient
    assert reverse("sharing", args=[ana.pk]) in dad.get(page).content.decode(), "to cancel it"


def test_whoever_used_her_code_can_be_refused_on_the_same_page(
    ana: Patient, dad: Client, stranger: User
) -> None:
    share = ana.shares.create(
        user=stranger, role=Role.WRITER, is_patient=True, accepted=timezone.now()
    )
    refuse = reverse("share_revoke", args=[ana.pk, share.pk])
    assert refuse in dad.get(reverse("growing_up", args=[ana.pk])).content.decode()


def test_a_disk_that_takes_nothing_gives_nobody_more_and_takes_no_prompt_away(
    ana: Patient, owner: User, own: User, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_patient: object) -> bool:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(majority, "_hand_over", full)
    clock.move_to(DAY)
    assert [may(user, ana) for user in (owner, own)] == ["writer", "writer"]
    assert roles_given_by(owner, ana) == ()


def test_the_hourly_round_hands_over_before_it_deletes(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(majority, "make_round", lambda: order.append("handed over"))
    monkeypatch.setattr(rounds, "erase_due", lambda: order.append("deleted"))
    monkeypatch.setattr(rounds, "connection", SimpleNamespace(close=lambda: None))
    rounds.make_round()
    assert order == ["handed over", "deleted"]


@pytest.mark.parametrize("age", ["9", "26", "-1", "sixteen", "16.5"])
def test_an_age_that_cannot_be_meant_is_refused_in_one_sentence(age: str, tmp_path: Path) -> None:
    done = manage(tmp_path, "check", COMES_OF_AGE=age)
    assert done.returncode != 0
    assert done.stderr.startswith(f"COMES_OF_AGE is {age}: it has to be 0, 10, 11")
