"""Who gives which role: the owner any, a manager those below their own, nobody their own."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.access import patient_for, roles_given_by
from accounts.models import Invitation, Patient, Role, Share, User

LogIn = Callable[[User], Client]
GIVEN = {
    "owner": set(Role),
    "manager": {Role.READER, Role.WRITER},
    "writer": set(),
    "reader": set(),
    "stranger": set(),
}
# Who may do it to whose share.
MAY = {("owner", one) for one in ("manager", "writer", "reader")}
MAY |= {("manager", one) for one in ("writer", "reader")}
PEOPLE = ("owner", "manager", "writer", "reader", "stranger")


@pytest.fixture
def everybody(request: pytest.FixtureRequest) -> dict[str, User]:
    return {name: request.getfixturevalue(name) for name in PEOPLE}


def test_each_may_give_what_is_below_their_own(
    everybody: dict[str, User], patient: Patient
) -> None:
    for name, user in everybody.items():
        assert set(roles_given_by(user, patient)) == GIVEN[name], name
        for role in Role:
            if role in GIVEN[name]:
                assert actions.invite(patient, role=role, email="", by=user)
            else:
                with pytest.raises(PermissionDenied):
                    actions.invite(patient, role=role, email="", by=user)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_changed_in_place_by_who_may_give_both(
    role: Role, everybody: dict[str, User], patient: Patient
) -> None:
    for whom in ("manager", "writer", "reader"):
        for name, user in everybody.items():
            share = Share.objects.get(user=everybody[whom])
            before = share.role
            if (name, whom) in MAY and role in GIVEN[name]:
                assert actions.change_share(share, role=role, by=user)
                assert patient_for(everybody[whom], patient.pk).may_manage is (role == Role.MANAGER)
                Share.objects.filter(pk=share.pk).update(role=before)
            else:
                with pytest.raises(PermissionDenied):
                    actions.change_share(share, role=role, by=user)
                assert Share.objects.get(pk=share.pk).role == before


def test_only_who_may_change_a_share_ends_it(everybody: dict[str, User]) -> None:
    for whom in ("manager", "writer", "reader"):
        share = Share.objects.get(user=everybody[whom])
        for name, user in everybody.items():
            if (name, whom) in MAY or name == whom:  # whoever has it may leave
                assert actions.revoke_share(share, by=user)
                Share.objects.filter(pk=share.pk).update(revoked=None)
            else:
                with pytest.raises(PermissionDenied):
                    actions.revoke_share(share, by=user)


def test_only_the_owner_says_yes(everybody: dict[str, User], patient: Patient) -> None:
    _, code = actions.invite(patient, role=Role.READER, email="", by=everybody["manager"])
    share = actions.accept_invitation(code, by=everybody["stranger"])
    for name in ("manager", "writer", "reader", "stranger"):
        with pytest.raises(PermissionDenied):
            actions.confirm_share(share, by=everybody[name])
    assert actions.confirm_share(share, by=everybody["owner"])


def test_a_manager_whose_access_ended_gives_nothing(patient: Patient, manager: User) -> None:
    Share.objects.filter(user=manager).update(until=timezone.now())
    assert roles_given_by(manager, patient) == ()


def test_a_posted_role_above_ones_own_is_refused(
    patient: Patient, manager: User, reader: User, log_in: LogIn
) -> None:
    theirs, said = log_in(manager), {"role": "manager", "ends": "none", "email": ""}
    assert theirs.post(reverse("sharing", args=[patient.pk]), said).status_code == 422
    own = reverse("share_edit", args=[patient.pk, Share.objects.get(user=manager).pk])
    assert theirs.get(own).status_code == 403
    assert theirs.post(own, said).status_code == 403
    other = reverse("share_edit", args=[patient.pk, Share.objects.get(user=reader).pk])
    assert theirs.post(other, said).status_code == 422
    assert theirs.post(other, said | {"role": "writer"}).status_code == 302
    assert patient_for(reader, patient.pk, write=True)
    assert not Invitation.objects.exists()


def test_a_manager_sees_no_button_that_is_not_theirs(
    patient: Patient, manager: User, writer: User, stranger: User, log_in: LogIn
) -> None:
    now = timezone.now()
    patient.shares.create(user=stranger, role="writer", accepted=now)
    page = log_in(manager).get(reverse("sharing", args=[patient.pk])).content.decode()
    assert "Change Grandma’s access" in page
    assert "Change Uncle Max’s access" not in page
    assert "Yes, let Mallory see" not in page
    assert "Dad must say yes" in page
    assert 'value="manager"' not in page
    assert reverse("sharing_log", args=[patient.pk]) not in page


def test_a_manager_exports_and_a_writer_does_not(
    patient: Patient, manager: User, writer: User, log_in: LogIn
) -> None:
    records = reverse("records", args=[patient.pk])
    assert log_in(manager).get(records).status_code == 200
    assert log_in(writer).get(records).status_code == 403


def test_who_writes_sees_the_notes(patient: Patient, owner: User, reader: User) -> None:
    share = Share.objects.get(user=reader)
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.change_share(share, role=Role.WRITER, without_notes=True, by=owner)
    assert actions.change_share(share, role=Role.READER, without_notes=True, by=owner)
    assert patient_for(reader, patient.pk).hides_notes
    assert actions.change_share(share, role=Role.WRITER, by=owner)
    assert not patient_for(reader, patient.pk).hides_notes


def test_the_form_says_so(patient: Patient, dad: Client, reader: User) -> None:
    edit = reverse("share_edit", args=[patient.pk, Share.objects.get(user=reader).pk])
    answer = dad.post(edit, {"role": "writer", "ends": "none", "without_notes": "on"})
    assert answer.status_code == 422
    assert b"Somebody who writes has to see the notes" in answer.content


def test_a_share_that_ended_meanwhile_is_not_changed(
    patient: Patient, owner: User, reader: User
) -> None:
    share = Share.objects.get(user=reader)
    actions.revoke_share(share, by=reader)
    assert not actions.change_share(share, role=Role.WRITER, by=owner)
    share.refresh_from_db()
    assert share.role == Role.READER
