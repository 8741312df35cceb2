"""Every change to the numbers, and to what the family's own card says."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.actions import create_patient
from accounts.models import Patient, User, save_change, write_audit
from diary.check_ins.actions import reassess
from diary.core.days import local_day
from diary.judging.fever import usual_country
from diary.models import Contact, EmergencyNote, FamilyCard, TeamChange
from diary.team.changes import (
    URGENT,
    fever_from,
    mark_seen,
    note_change,
    said_of_card,
    said_of_numbers,
)


class PhoneLine(NamedTuple):
    """A phone number, and who answers there."""

    number: str
    label: str = ""


@transaction.atomic
def set_contacts(patient: Patient, *, numbers: Mapping[str, PhoneLine], by: User) -> list[Contact]:
    """Keep the numbers by kind of contact. An empty one is taken out, one not named stays."""
    known = {str(contact.kind): contact for contact in patient.contacts.all()}
    before, kept, changed = said_of_numbers(known.values()), [], set()
    for kind, line in numbers.items():
        contact = known.get(kind)
        if contact is not None and (contact.number, contact.label) == line:
            kept.append(contact)
        elif line.number:
            contact, _ = patient.contacts.update_or_create(
                kind=kind, defaults={"number": line.number, "label": line.label}
            )
            write_audit("set number", contact, patient=patient, by=by)
            kept.append(contact)
            changed.add(kind)
        elif contact is not None:
            write_audit("remove number", contact, patient=patient, by=by)
            contact.delete()
            changed.add(kind)
    if changed & set(URGENT):
        note_change(patient, TeamChange.Kind.NUMBER, before, by=by)
    return kept


def confirm_numbers(patient: Patient, *, by: User) -> None:
    """Note that somebody tested the numbers. The log is the one place that says when."""
    write_audit("confirm numbers", None, patient=patient, by=by)


@transaction.atomic
def set_team_name(patient: Patient, *, name: str, by: User) -> Patient:
    """Keep what the family calls the care team."""
    if patient.team_name != name:
        save_change("edit patient", patient, patient=patient, by=by, team_name=name)
    return patient


@transaction.atomic
def set_family_card(
    patient: Patient,
    *,
    words: str,
    fever_from: Decimal | None,
    unit: str,
    by: User,
    source: str = FamilyCard.Source.CARD,
) -> FamilyCard:
    """Keep the card of the hospital: its words, and the temperature from which it says to call.

    `fever_from` is in `unit`. Where it lowers the fever line, the readings of today are judged
    again by it.
    """
    before = said_of_card(FamilyCard.objects.filter(patient=patient).first())
    card, _ = FamilyCard.objects.update_or_create(
        patient=patient,
        defaults={
            "words": words,
            "fever_from": fever_from,
            "fever_unit": unit if fever_from is not None else "",
            "source": source,
        },
    )
    write_audit("set family card", card, patient=patient, by=by)
    if said_of_card(card) != before:
        note_change(patient, TeamChange.Kind.CARD, before, by=by)
    reassess(patient, since=local_day(timezone.now(), patient.tz), by=by)
    return card


@transaction.atomic
def begin_diary(*, by: User, **about: Any) -> Patient:
    """Begin the diary of a patient. Where most cards of the country give a lower fever line, that
    one holds until the family says what theirs gives."""
    patient = create_patient(**about, by=by)
    country = usual_country(patient)
    if country is not None:
        FamilyCard.objects.create(
            patient=patient,
            fever_from=country.fever_from,
            fever_unit=Patient.Unit.C,
            source=FamilyCard.Source.OPEN,
        )
    return patient


@transaction.atomic
def set_unit(patient: Patient, *, unit: str, by: User) -> Patient:
    """Keep the unit in which this family measures."""
    if patient.unit != unit:
        save_change("edit patient", patient, patient=patient, by=by, unit=unit)
    return patient


@transaction.atomic
def set_team(patient: Patient, *, name: str, numbers: Mapping[str, PhoneLine], by: User) -> None:
    """Keep what the team is called together with its numbers."""
    set_team_name(patient, name=name, by=by)
    set_contacts(patient, numbers=numbers, by=by)


@transaction.atomic
def set_card(
    patient: Patient,
    *,
    unit: str,
    words: str,
    fever_from: Decimal | None,
    fever_unit: str,
    source: str,
    by: User,
) -> None:
    """Keep the unit of the thermometer together with the card."""
    set_unit(patient, unit=unit, by=by)
    set_family_card(
        patient, words=words, fever_from=fever_from, unit=fever_unit, source=source, by=by
    )


@transaction.atomic
def take_back_change(change: TeamChange, *, by: User) -> bool:
    """Bring back the numbers, or the card, that the owner saw last. False where it was seen or
    taken back already. No card is the same as one that says nothing."""
    if not mark_seen(change):
        return False
    patient, before = change.patient, change.before
    write_audit("take back change", change, patient=patient, by=by)
    if change.kind == TeamChange.Kind.NUMBER:
        numbers = {kind: PhoneLine(*line) for kind, line in before.items()}
        set_contacts(patient, numbers=numbers, by=by)
    else:
        set_family_card(
            patient,
            words=before.get("words", ""),
            fever_from=fever_from(before),
            unit=before.get("fever_unit", ""),
            source=before.get("source", ""),
            by=by,
        )
    return True


@transaction.atomic
def set_emergency_note(
    patient: Patient, *, diagnosis: str, allergies: str, line: str, other: str, by: User
) -> EmergencyNote:
    """Keep it as it was typed. Nothing of it is interpreted."""
    note, _ = EmergencyNote.objects.update_or_create(
        patient=patient,
        defaults={
            "diagnosis": diagnosis,
            "allergies": allergies,
            "line": line,
            "other": other,
            "by": by,
            "kept_by": None,
            "changed": timezone.now(),
        },
    )
    write_audit("set emergency note", note, patient=patient, by=by)
    return note
