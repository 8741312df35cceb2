"""Two diaries with a row of every kind, each row carrying a canary that only its people may see."""

import io
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone
from PIL import Image

from accounts.models import Invitation, Patient, Role, Share, User
from diary.models import (
    Answer,
    Appointment,
    AppointmentNote,
    BagPlan,
    Call,
    CheckIn,
    Contact,
    Course,
    Cycle,
    Dose,
    EmergencyNote,
    FamilyCard,
    Finding,
    HeldFile,
    Hold,
    Look,
    Medicine,
    OwnSymptom,
    Photo,
    PhotoConsent,
    Picture,
    PumpEvent,
    Question,
    Report,
    Version,
    Weight,
)

CANARY = "zqcanary"


@dataclass(frozen=True)
class Diary:
    """A patient and, by the names used in addresses, the ids of what belongs to them."""

    patient: Patient
    ids: dict[str, Any]


def make_jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "salmon").save(out, "JPEG")
    return out.getvalue()


def make_diary(owner: User, name: str) -> Diary:
    """Write a diary with an open urgent check-in, every kind of row, and canaries in each text."""
    now = timezone.now()
    word = f"{CANARY}{name.lower()}"
    patient = Patient.objects.create(
        owner=owner,
        name=f"{name} {word}",
        birth_month=5,
        birth_year=2017,
        zone="Europe/London",
        unit="C",
        country="GB",
        team_name=f"Ward {word}",
    )
    course = Course.objects.create(
        patient=patient, therapy="blinatumomab", started=(now - timedelta(days=40)).date()
    )
    cycle = Cycle.objects.create(course=course, number=1, started=(now - timedelta(days=5)).date())
    dose = Dose.objects.create(
        course=course,
        kind="pump",
        started=now - timedelta(days=5),
        local_day=(now - timedelta(days=5)).date(),
    )
    hold = Hold.objects.create(
        course=course, started=(now - timedelta(days=2)).date(), reason=word, by=owner, recorded=now
    )
    BagPlan.objects.create(course=course, due=now + timedelta(hours=9), every_hours=48)
    event = PumpEvent.objects.create(
        id=uuid.uuid4(),
        course=course,
        kind="alarm",
        at=now,
        zone="Europe/London",
        local_day=now.date(),
        by=owner,
    )
    look = Look.objects.create(
        id=uuid.uuid4(),
        patient=patient,
        which="child",
        at=now,
        zone="Europe/London",
        local_day=now.date(),
        by=owner,
        told_by="caregiver",
        answers=[{"item": "child-awake", "asked": word, "answer": "no"}],
        strokes=[[[1, 2], [3, 4]]],
        sentence=word,
    )
    contact = Contact.objects.create(patient=patient, kind="always", label=word, number="0123 456")
    EmergencyNote.objects.create(
        patient=patient,
        diagnosis=word,
        allergies=word,
        line=word,
        other=word,
        by=owner,
        changed=now,
    )
    FamilyCard.objects.create(patient=patient, words=f"The card says {word}")
    check_in = CheckIn.objects.create(
        id=uuid.uuid4(),
        patient=patient,
        at=now - timedelta(hours=1),
        zone="Europe/London",
        local_day=(now - timedelta(hours=1)).date(),
        received=now - timedelta(hours=1),
        by=owner,
        told_by="caregiver",
    )
    version = Version.objects.create(
        check_in=check_in, number=1, kind="symptoms", note=f"Note {word}", at=now, by=owner
    )
    Report.objects.create(version=version, symptom="confusion", answer="moderate")
    Finding.objects.create(
        version=version,
        course=course,
        therapy="blinatumomab",
        symptom="confusion",
        rule="U4",
        level="urgent",
        group="nervous-system",
        basis="source",
        call_first="team",
        wording=f"Call now {word}",
        citations=[
            {
                "source": "002",
                "publisher": "American Cancer Society",
                "title": "Immunotherapy for Childhood Leukemia",
                "heading": "Possible side effects",
                "date": "2024-06-24",
            }
        ],
        catalogue_hash="0" * 16,
        found=now - timedelta(hours=1),
    )
    call = Call.objects.create(
        check_in=check_in, outcome="no-answer", whom=word, at=now, by=owner, recorded=now
    )
    own = OwnSymptom.objects.create(patient=patient, name=f"Own {word}", by=owner)
    Report.objects.create(version=version, symptom=own.symptom, answer="mild", own_name=own.name)
    question = Question.objects.create(patient=patient, text=f"Why {word}", by=owner)
    appointment = Appointment.objects.create(
        patient=patient,
        day=(now - timedelta(days=3)).date(),
        zone="Europe/London",
        whom=word,
        place=word,
        state="held",
        by=owner,
    )
    said = AppointmentNote.objects.create(
        appointment=appointment, kind="said", text=f"Said {word}", by=owner, written=now
    )
    Answer.objects.create(
        question=question,
        text=f"Because {word}",
        whom=word,
        appointment=appointment,
        by=owner,
        written=now,
    )
    PhotoConsent.objects.create(patient=patient, given=now, by=owner)
    photo = Photo.objects.create(
        id=uuid.uuid4(),
        check_in=check_in,
        kind="rash",
        note=f"Arm {word}",
        width=40,
        height=30,
        added=now,
        by=owner,
    )
    # What is behind the end of a picture is no matter to whoever draws it.
    drawn = make_jpeg() + word.encode()
    Picture.objects.create(photo=photo, whole=drawn, small=drawn)
    weight = Weight.objects.create(
        patient=patient, day=now.date(), value="32.4", unit="kg", by=owner, recorded=now
    )
    medicine = Medicine.objects.create(
        patient=patient,
        medicine="paracetamol",
        name=word,
        amount=word,
        at=now - timedelta(hours=2),
        by=owner,
        recorded=now,
    )
    invitation = Invitation.objects.create(
        patient=patient,
        role=Role.READER,
        email=f"{word}@example.org",
        code_hash=uuid.uuid4().hex,
        by=owner,
        created=now,
        expires=now + timedelta(days=7),
    )
    file = HeldFile.objects.create(
        by=owner, kind="diary", content=b"", said={"name": word, "is_self": True}, created=now
    )
    share = Share.objects.create(
        patient=patient,
        user=User.objects.create_user(f"friend-{word}@example.org", None, name=f"Friend {word}"),
        role=Role.READER,
        accepted=now,
    )
    ids = {
        "stamp": round(check_in.received.timestamp() * 1_000_000),
        "patient_id": patient.pk,
        "course_id": course.pk,
        "cycle_id": cycle.pk,
        "dose_id": dose.pk,
        "hold_id": hold.pk,
        "event_id": event.pk,
        "look_id": look.pk,
        "contact_id": contact.pk,
        "check_in_id": check_in.pk,
        "call_id": call.pk,
        "own_id": own.pk,
        "question_id": question.pk,
        "appointment_id": appointment.pk,
        "note_id": said.pk,
        "medicine_id": medicine.pk,
        "weight_id": weight.pk,
        "photo_id": photo.pk,
        "invitation_id": invitation.pk,
        "share_id": share.pk,
        "file_id": file.pk,
    }
    return Diary(patient, ids)


# Reading writes nothing; who is logged in, and how often somebody tried, is no part of a diary.
NOT_COMPARED = {"sessions.session", "usersessions.usersession"}


def state() -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that is stored, by table."""
    return {
        model._meta.label_lower: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.label_lower not in NOT_COMPARED
    }


def changed(before: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """Name the tables that are not as they were."""
    return [table for table, rows in state().items() if rows != before[table]]
