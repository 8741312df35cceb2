"""In which diaries somebody may write: what waits on a phone is sent only for these."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.access import diaries_of, patient_for
from accounts.models import Patient, User


def test_an_owner_and_a_writer_may_write_and_nobody_else(
    patient: Patient, owner: User, writer: User, reader: User, stranger: User
) -> None:
    may = {user.name: diaries_of(user) for user in (owner, writer, reader, stranger)}
    own = str(patient.pk)
    assert may == {
        owner.name: {own: True},
        writer.name: {own: True},
        reader.name: {own: False},
        stranger.name: {},
    }


def test_only_the_owner_passes_where_the_owner_is_asked_for(
    patient: Patient, owner: User, writer: User, reader: User
) -> None:
    assert patient_for(owner, patient.pk, owner=True).is_owner
    assert patient_for(writer, patient.pk, write=True).may_write
    for user, asked in (
        (writer, {"owner": True}),
        (reader, {"owner": True}),
        (reader, {"write": True}),
    ):
        with pytest.raises(PermissionDenied):
            patient_for(user, patient.pk, **asked)
    assert not patient_for(reader, patient.pk).may_write
