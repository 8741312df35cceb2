"""From an invitation to access: by code, by email, once, for seven days, confirmed by the owner."""

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.access import patient_for
from accounts.models import AuditEntry, Invitation, Patient, Role, Share, User

LogIn = Callable[[User], Client]


def _invite(patient: Patient, role: Role = Role.READER) -> tuple[Invitation, str]:
    return actions.invite(patient, role=role, email="", by=patient.owner)


def _rows_in_the_clear() -> str:
    """Every text in the database, sessions decoded."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        text = ""
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            text += repr(cursor.fetchall())
    return text + repr([session.get_decoded() for session in Session.objects.all()])


def test_a_code_is_easy_to_read_aloud_and_hard_to_guess(patient: Patient) -> None:
    codes = {_invite(patient)[1] for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", code)
    assert len(set(actions.ALPHABET)) ** 12 >= 2**60


def test_only_a_hash_of_the_code_is_kept(patient: Patient, owner: User, log_in: LogIn) -> None:
    client = log_in(owner)
    client.post(
        reverse("sharing", args=[patient.pk]), {"role": "reader", "ends": "none", "email": ""}
    )
    page = client.get(reverse("sharing", args=[patient.pk])).content.decode()
    code = re.search(r"\w{4}-\w{4}-\w{4}(?=</p>)", page)[0]
    plain = code.replace("-", "")

    assert Invitation.objects.get().code_hash == hashlib.sha256(plain.encode()).hexdigest()
    everything = _rows_in_the_clear()
    assert Invitation.objects.get().code_hash in everything, "the scan sees the rows"
    assert code not in everything
    assert plain not in everything


@pytest.mark.parametrize(
    "mishear",
    [
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: code.replace("1", "I"),
        lambda code: f"  {code}. ",
    ],
)
def test_a_code_heard_a_little_wrong_still_works(
    mishear: Callable[[str], str], patient: Patient, stranger: User, monkeypatch: Any
) -> None:
    letters = iter("01AB0CD1EF01")
    monkeypatch.setattr(actions.secrets, "choice", lambda _: next(letters))
    _, code = _invite(patient)
    assert code == "01AB-0CD1-EF01"
    assert actions.accept_invitation(mishear(code), by=stranger).patient == patient


@pytest.mark.parametrize("role", list(Role))
def test_from_code_to_access(
    role: Role, patient: Patient, owner: User, stranger: User, log_in: LogIn
) -> None:
    owners, theirs = log_in(owner), log_in(stranger)
    sharing, about = (reverse(n, args=[patient.pk]) for n in ("sharing", "patient_edit"))
    owners.post(sharing, {"role": role, "ends": "none", "email": ""})
    code = re.search(r"\w{4}-\w{4}-\w{4}(?=</p>)", owners.get(sharing).content.decode())[0]

    offer = theirs.post(reverse("join"), {"code": code}).content.decode()
    assert "Dad invites you to Ana’s diary" in offer
    assert f"You {role.label}, with no end" in " ".join(offer.split())
    assert not Share.objects.exists(), "looking at it accepts nothing"
    accepted = theirs.post(reverse("join"), {"code": code, "accept": "yes"})
    share = Share.objects.get()
    assert accepted.url == reverse("join_waiting", args=[share.pk])
    waiting = theirs.get(accepted.url).content.decode()
    assert "Wait for Dad to say yes" in waiting
    assert "Ana" not in waiting, "the name is shown only once the owner has said yes"
    assert "Ana" not in theirs.get(reverse("people")).content.decode()
    assert theirs.get(about).status_code == 404

    page = owners.get(sharing).content.decode()
    assert "Waiting for your yes" in page
    assert stranger.email in page
    owners.post(reverse("share_confirm", args=[patient.pk, share.pk]))

    found = patient_for(stranger, patient.pk)
    assert found.may_write is (role != Role.READER)
    assert found.may_manage is (role == Role.MANAGER)
    assert not found.is_owner
    assert theirs.get(about).status_code == (403 if role == Role.READER else 200)
    assert theirs.get(accepted.url).url == reverse("today", args=[patient.pk])
    assert set(AuditEntry.objects.values_list("action", "by__name")) == {
        ("invite", "Dad"),
        ("accept invitation", "Mallory"),
        ("confirm share", "Dad"),
    }


def _used(patient: Patient, make_user: Callable[..., User]) -> str:
    _, code = _invite(patient)
    actions.accept_invitation(code, by=make_user("Somebody Else"))
    return code


def _cancelled(patient: Patient, make_user: Callable[..., User]) -> str:
    invitation, code = _invite(patient)
    actions.cancel_invitation(invitation, by=patient.owner)
    return code


def _expired(patient: Patient, make_user: Callable[..., User]) -> str:
    with time_machine.travel(timezone.now() - timedelta(days=7, seconds=1), tick=False):
        return _invite(patient)[1]


def _own(patient: Patient, make_user: Callable[..., User]) -> str:
    patient.pk, patient.owner = uuid4(), User.objects.get(name="Mallory")
    patient.save(force_insert=True)
    return _invite(patient)[1]


def _shared_already(patient: Patient, make_user: Callable[..., User]) -> str:
    actions.accept_invitation(_invite(patient)[1], by=User.objects.get(name="Mallory"))
    return _invite(patient, Role.WRITER)[1]


def _unknown(patient: Patient, make_user: Callable[..., User]) -> str:
    return "ZZZZ-ZZZZ-ZZZZ"


def _for_another_address(patient: Patient, make_user: Callable[..., User]) -> str:
    patient = Patient.objects.order_by("created").first()
    return actions.invite(patient, role=Role.READER, email="kim@example.org", by=patient.owner)[1]


# The last of them shares the diary by then: that makes the one before be for another address alone.
REFUSED = [_unknown, _used, _cancelled, _expired, _own, _for_another_address, _shared_already]


def test_today_tells_the_owner_alone_that_somebody_waits_for_a_yes(
    patient: Patient, owner: User, writer: User, stranger: User, log_in: LogIn
) -> None:
    today = reverse("today", args=[patient.pk])
    _, code = _invite(patient)
    share = actions.accept_invitation(code, by=stranger)
    told = f"{stranger} used a code for this diary."
    assert told in log_in(owner).get(today).content.decode()
    assert told not in log_in(writer).get(today).content.decode()
    actions.confirm_share(share, by=owner)
    assert told not in log_in(owner).get(today).content.decode()


def test_every_code_that_opens_nothing_gets_the_same_answer(
    patient: Patient, stranger: User, make_user: Callable[..., User], log_in: LogIn
) -> None:
    client = log_in(stranger)
    pages = set()
    for make_code in REFUSED:
        code = make_code(Patient.objects.get(pk=patient.pk), make_user)
        shares = list(Share.objects.values())
        response = client.post(reverse("join"), {"code": code})
        assert response.status_code == 422
        assert list(Share.objects.values()) == shares
        body = response.content.decode().replace(code, "CODE")
        assert "That code does not work" in body
        pages.add(re.sub(r'"X-CSRFToken": "[^"]+"|value="\w{64}"', "", body))
    assert len(pages) == 1


def test_a_refused_person_does_not_use_the_code_up(
    patient: Patient, owner: User, stranger: User
) -> None:
    _, code = _invite(patient)
    with pytest.raises(actions.InvitationError):
        actions.accept_invitation(code, by=owner)
    assert actions.accept_invitation(code, by=stranger).user == stranger


def test_a_code_works_in_its_last_second(patient: Patient, stranger: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=7) + timedelta(seconds=5)):
        _, code = _invite(patient)
    assert actions.accept_invitation(code, by=stranger)


def test_somebody_revoked_can_be_invited_again(patient: Patient, owner: User, writer: User) -> None:
    actions.revoke_share(Share.objects.get(user=writer), by=owner)
    share = actions.accept_invitation(_invite(patient)[1], by=writer)
    assert share.role == Role.READER
    assert share.confirmed is None


def test_of_two_who_send_one_code_at_the_same_moment_one_gets_in(
    patient: Patient, stranger: User, make_user: Callable[..., User], monkeypatch: Any
) -> None:
    """The rival slips in after the code was looked up and before it is taken."""
    _, code = _invite(patient)
    rival, look = make_user("Rival"), actions._has_part_in

    def look_slowly(user: User, found: Patient) -> bool:
        monkeypatch.setattr(actions, "_has_part_in", look)
        assert actions.accept_invitation(code, by=rival)
        return look(user, found)

    monkeypatch.setattr(actions, "_has_part_in", look_slowly)
    # Without its own transaction, whose rollback would take the rival's share along.
    with pytest.raises(actions.InvitationError):
        actions.accept_invitation.__wrapped__(code, by=stranger)
    assert Share.objects.get().user == rival


def test_a_share_that_was_revoked_meanwhile_is_not_confirmed(
    patient: Patient, owner: User, stranger: User
) -> None:
    share = actions.accept_invitation(_invite(patient)[1], by=stranger)
    assert actions.revoke_share(share, by=stranger)
    assert not actions.confirm_share(share, by=owner)
    assert not actions.revoke_share(share, by=owner)
    assert list(AuditEntry.objects.values_list("action", flat=True)) == [
        "leave",
        "accept invitation",
        "invite",
    ]


def test_guessing_codes_is_stopped_after_ten_tries(
    patient: Patient, stranger: User, log_in: LogIn
) -> None:
    client = log_in(stranger)
    _, code = _invite(patient)
    answers = [client.post(reverse("join"), {"code": f"wrong{n}"}).status_code for n in range(10)]
    assert answers == [422] * 10
    assert client.post(reverse("join"), {"code": code}).status_code == 429
    assert not Share.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        answer = client.post(reverse("join"), {"code": code, "accept": "yes"})
        assert answer.status_code == 302
