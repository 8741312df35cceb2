"""Who gets what from the patient's account pages: the whole matrix, and what it must never be."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import AuditEntry, Invitation, Patient, Role, Share, User

LogIn = Callable[[User], Client]
ABOUT = {
    "name": "Ana Maria",
    "birth_month": "6",
    "birth_year": "2016",
    "unit": "F",
    "zone": "Europe/Madrid",
    "country": "ES",
    "team_name": "the ward",
}


@pytest.fixture
def pending(make_user: Callable[..., User], patient: Patient) -> User:
    """Somebody who used a code and has not been confirmed."""
    user = make_user("Uncle Pending")
    Share.objects.create(patient=patient, user=user, role=Role.WRITER, accepted=timezone.now())
    return user


@pytest.fixture
def revoked(make_user: Callable[..., User], patient: Patient) -> User:
    """Somebody whose access the owner has ended."""
    user, now = make_user("Former Friend"), timezone.now()
    Share.objects.create(
        patient=patient, user=user, role=Role.WRITER, accepted=now, confirmed=now, revoked=now
    )
    return user


@pytest.fixture
def over(make_user: Callable[..., User], patient: Patient) -> User:
    """Somebody whose access ended by itself a second ago."""
    user, now = make_user("Weekend Help"), timezone.now()
    Share.objects.create(
        patient=patient,
        user=user,
        role=Role.MANAGER,
        accepted=now,
        confirmed=now,
        until=now - timedelta(seconds=1),
    )
    return user


@pytest.fixture
def targets(patient: Patient, owner: User, make_user: Callable[..., User]) -> dict[str, str]:
    """Every patient address of this app, with real rows behind it."""
    invitation, _ = actions.invite(patient, role=Role.READER, email="", by=owner)
    waiting = Share.objects.create(
        patient=patient,
        user=make_user("Waiting Wilma"),
        role=Role.READER,
        accepted=timezone.now(),
    )
    return {
        "patient_edit": reverse("patient_edit", args=[patient.pk]),
        "sharing": reverse("sharing", args=[patient.pk]),
        "invitation_cancel": reverse("invitation_cancel", args=[patient.pk, invitation.pk]),
        "share_confirm": reverse("share_confirm", args=[patient.pk, waiting.pk]),
        "share_edit": reverse("share_edit", args=[patient.pk, waiting.pk]),
        "share_revoke": reverse("share_revoke", args=[patient.pk, waiting.pk]),
    }


OWNER_ONLY = ["share_confirm"]
MANAGED = ["sharing", "invitation_cancel", "share_edit", "share_revoke"]
PAGES = ["patient_edit", "sharing", "share_edit"]
POSTED = ["patient_edit", *OWNER_ONLY, *MANAGED]
BODY = {
    "patient_edit": ABOUT,
    "sharing": {"role": "reader", "ends": "none", "email": ""},
    "share_edit": {"role": "writer", "ends": "none"},
}
# Which role it takes.
NEEDS = dict.fromkeys(OWNER_ONLY, "owner") | dict.fromkeys(MANAGED, "manager")
NEEDS |= {"patient_edit": "writer"}
MAY = {
    "owner": {"owner", "manager", "writer"},
    "manager": {"manager", "writer"},
    "writer": {"writer"},
    "reader": set(),
}
GONE = ("pending", "revoked", "over", "stranger")


def expected(who: str, name: str) -> int:
    if who in GONE:
        return 404
    return 302 if NEEDS[name] in MAY[who] else 403


def _state() -> list[object]:
    """Everything that a refused request must leave as it was."""
    return [
        list(Patient.objects.order_by("pk").values()),
        list(Share.objects.order_by("pk").values()),
        list(Invitation.objects.order_by("pk").values()),
        AuditEntry.objects.count(),
    ]


@pytest.mark.parametrize("name", POSTED)
@pytest.mark.parametrize("who", [*MAY, *GONE])
def test_each_person_gets_what_they_may(
    who: str, name: str, targets: dict[str, str], log_in: LogIn, request: pytest.FixtureRequest
) -> None:
    client = log_in(request.getfixturevalue(who))
    before = _state()

    response = client.post(targets[name], BODY.get(name, {}))

    assert response.status_code == expected(who, name)
    if response.status_code == 302:
        assert _state() != before
    else:
        assert _state() == before
        assert b"Ana" not in response.content


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", [*MAY, *GONE])
def test_each_person_sees_what_they_may(
    who: str, name: str, targets: dict[str, str], log_in: LogIn, request: pytest.FixtureRequest
) -> None:
    response = log_in(request.getfixturevalue(who)).get(targets[name])
    found = expected(who, name)
    assert response.status_code == (200 if found == 302 else found)


@pytest.mark.parametrize("name", POSTED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_somebody_not_logged_in_is_sent_to_the_log_in_page(
    method: str, name: str, targets: dict[str, str], client: Client
) -> None:
    before = _state()
    response = getattr(client, method)(targets[name], BODY.get(name, {}))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))
    assert _state() == before


@pytest.mark.parametrize("name", ["invitation_cancel", "share_confirm", "share_revoke"])
def test_nothing_happens_by_opening_an_address(
    name: str, targets: dict[str, str], owner: User, log_in: LogIn
) -> None:
    before = _state()
    assert log_in(owner).get(targets[name]).status_code == 405
    assert _state() == before


@pytest.mark.parametrize("name", POSTED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_diary_and_a_missing_one_look_the_same(
    method: str,
    name: str,
    targets: dict[str, str],
    patient: Patient,
    stranger: User,
    log_in: LogIn,
) -> None:
    client = log_in(stranger)
    foreign = targets[name]
    missing = foreign.replace(str(patient.pk), str(uuid4()))
    if method == "get" and name not in PAGES:
        assert client.get(foreign).status_code == client.get(missing).status_code == 405
        return
    first, second = (getattr(client, method)(path) for path in (foreign, missing))
    assert first.status_code == second.status_code == 404
    assert _without_token(first) == _without_token(second)
    assert _without_number(first) == _without_number(second)


def _without_number(response: HttpResponse) -> dict[str, str]:
    """Each request has another, whatever it asks for."""
    return {name: said for name, said in response.headers.items() if name != "X-Request-ID"}


def _without_token(response: HttpResponse) -> bytes:
    return re.sub(rb'"X-CSRFToken": "[^"]+"|value="[A-Za-z0-9]{64}"', b"", response.content)


@pytest.mark.parametrize(
    "name", ["invitation_cancel", "share_confirm", "share_edit", "share_revoke"]
)
def test_the_rows_of_another_diary_cannot_be_reached_through_ones_own(
    name: str, targets: dict[str, str], patient: Patient, stranger: User, log_in: LogIn
) -> None:
    own = actions.create_patient(
        by=stranger,
        name="Ben",
        birth_month=1,
        birth_year=2015,
        is_self=False,
        zone="Europe/London",
        unit="C",
        country="GB",
    )
    before = _state()
    crossed = targets[name].replace(str(patient.pk), str(own.pk))
    assert log_in(stranger).post(crossed).status_code == 404
    assert _state() == before


def test_a_revoked_caregiver_is_out_on_the_next_click(
    patient: Patient, owner: User, writer: User, log_in: LogIn
) -> None:
    theirs = log_in(writer)
    page = reverse("patient_edit", args=[patient.pk])
    assert theirs.get(page).status_code == 200
    share = Share.objects.get(user=writer)

    log_in(owner).post(reverse("share_revoke", args=[patient.pk, share.pk]))

    assert theirs.get(page).status_code == 404
    assert theirs.post(page, ABOUT).status_code == 404
    assert b"Ana" not in theirs.get(reverse("people")).content


@pytest.mark.parametrize("who", ["reader", "writer", "pending", "revoked", "stranger"])
def test_nobody_but_the_owner_changes_a_role_or_confirms_themselves(
    who: str, patient: Patient, request: pytest.FixtureRequest, log_in: LogIn
) -> None:
    user = request.getfixturevalue(who)
    client = log_in(user)
    share = Share.objects.filter(user=user).first()
    before = _state()
    if share:
        client.post(reverse("share_confirm", args=[patient.pk, share.pk]), {"role": "writer"})
    client.post(
        reverse("sharing", args=[patient.pk]),
        {"role": "writer", "ends": "none", "email": user.email},
    )
    assert _state() == before


@pytest.mark.parametrize("who", ["reader", "writer", "stranger"])
def test_the_actions_refuse_too_where_a_view_would_forget_to(
    who: str, patient: Patient, owner: User, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    invitation, _ = actions.invite(patient, role=Role.READER, email="", by=owner)
    share = Share.objects.create(
        patient=patient, user=owner, role=Role.READER, accepted=timezone.now()
    )
    before = _state()
    with pytest.raises(PermissionDenied):
        actions.invite(patient, role=Role.WRITER, email="", by=user)
    with pytest.raises(PermissionDenied):
        actions.cancel_invitation(invitation, by=user)
    with pytest.raises(PermissionDenied):
        actions.confirm_share(share, by=user)
    with pytest.raises(PermissionDenied):
        actions.revoke_share(share, by=user)
    assert _state() == before


def test_extra_fields_in_a_post_never_change_owner_role_or_patient(
    patient: Patient, writer: User, stranger: User, log_in: LogIn
) -> None:
    share = Share.objects.get(user=writer)
    extra = {
        "owner": str(writer.pk),
        "owner_id": str(writer.pk),
        "id": str(uuid4()),
        "pk": str(uuid4()),
        "is_self": "on",
        "is_owner": "1",
        "may_write": "1",
        "role": "writer",
        "user": str(stranger.pk),
        "confirmed": "2026-01-01",
        "created": "2000-01-01",
    }
    kept = Patient.objects.values("id", "owner_id", "is_self", "created").get()
    before = model_to_dict(share)

    response = log_in(writer).post(reverse("patient_edit", args=[patient.pk]), {**extra, **ABOUT})

    assert response.status_code == 302
    assert Patient.objects.values("id", "owner_id", "is_self", "created").get() == kept
    assert Patient.objects.get().name == "Ana Maria"
    assert model_to_dict(Share.objects.get(user=writer)) == before


def test_extra_fields_in_an_invitation_or_a_code_change_nothing_else(
    patient: Patient, owner: User, stranger: User, log_in: LogIn
) -> None:
    log_in(owner).post(
        reverse("sharing", args=[patient.pk]),
        {
            "role": "reader",
            "ends": "none",
            "email": "",
            "by": str(stranger.pk),
            "expires": "2099-01-01",
        },
    )
    invitation = Invitation.objects.get()
    assert (invitation.by, invitation.role) == (owner, "reader")
    assert (invitation.expires - invitation.created).days == 7

    _, code = actions.invite(patient, role=Role.READER, email="", by=owner)
    log_in(stranger).post(
        reverse("join"),
        {
            "code": code,
            "accept": "yes",
            "role": "writer",
            "until": "",
            "confirmed": "2026-01-01",
            "patient": str(uuid4()),
        },
    )
    share = Share.objects.get(user=stranger)
    assert (share.role, share.confirmed, share.patient) == ("reader", None, patient)
