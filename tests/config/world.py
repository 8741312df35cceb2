"""Two diaries with a row of every kind, each row carrying a canary that only its people may see."""

import io
import random
import uuid
import zlib
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from django.apps import apps
from django.utils import timezone
from PIL import Image

from accounts.models import Invitation, Patient, Role, Share, User, erasing
from diary.check_ins.actions import record_check_in
from diary.check_ins.data import ReportData
from diary.management.examples import check_in_data
from diary.models import (
    Call,
    DutyPlan,
    DutyTurn,
    EmergencyNote,
    Finding,
    HeldFile,
    Photo,
    PhotoConsent,
    Picture,
    TeamChange,
)
from reminders.models import Feed, Message, QuietHours, Reminder
from summary.models import ClinicLink
from tests.summary.whole import EveryKind

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
    every = EveryKind(patient, [owner], random.Random(word), [word])  # noqa: S311 (made-up data)
    every.treat((now - timedelta(days=5)).date())
    every.write()
    every.report()
    signed = {"patient": patient, "by": owner}
    EmergencyNote.objects.create(
        **signed, diagnosis=word, allergies=word, line=word, other=word, changed=now
    )
    confused = check_in_data(
        now - timedelta(hours=1), ReportData("confusion", "moderate"), note=f"Note {word}"
    )
    check_in = record_check_in(patient, confused, by=owner)
    with erasing():
        Finding.objects.filter(version__check_in=check_in).update(wording=f"Call now {word}")
    call = Call.objects.create(
        check_in=check_in, outcome="no-answer", whom=word, at=now, by=owner, recorded=now
    )
    PhotoConsent.objects.create(**signed, given=now)
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
    invitation = Invitation.objects.create(
        **signed,
        role=Role.READER,
        email=f"{word}@example.org",
        code_hash=uuid.uuid4().hex,
        created=now,
        expires=now + timedelta(days=7),
    )
    file = HeldFile.objects.create(
        by=owner,
        kind="diary",
        content=zlib.compress(b"{}"),
        said={"name": word, "is_self": True},
        created=now,
    )
    link = ClinicLink.objects.create(
        **signed,
        token_hash=uuid.uuid4().hex,
        passcode="",
        shows={},
        created=now,
        expires=now + timedelta(days=1),
    )
    friend = User.objects.create_user(f"friend-{word}@example.org", None, name=f"Friend {word}")
    share = Share.objects.create(patient=patient, user=friend, role=Role.READER, accepted=now)
    change = TeamChange.objects.create(
        **signed, kind="number", at=now, before={"always": [word, word], "emergency": ["", ""]}
    )
    DutyPlan.objects.create(patient=patient, order=[str(owner.pk)])
    turn = DutyTurn.objects.create(**signed, user=owner, began=now)
    mine = {"patient": patient, "user": owner}
    reminder = Reminder.objects.create(**mine, kind="entry", clocks=["20:00"], zone=patient.zone)
    message = Message.objects.create(
        **mine, reminder=reminder, kind="entry", slot=word, due=now, at=now, state="sent"
    )
    QuietHours.objects.create(**mine, start=time(22), end=time(7))
    Feed.objects.create(**mine, code_hash=uuid.uuid4().hex, created=now)
    rows = every.rows | {"check_in": check_in, "call": call, "photo": photo}
    rows |= {
        "patient": patient,
        "invitation": invitation,
        "file": file,
        "share": share,
        "change": change,
        "link": link,
        "turn": turn,
        "message": message,
        "user": owner,
    }
    ids = {f"{name}_id": row.pk for name, row in rows.items()}
    return Diary(patient, {**ids, "stamp": round(check_in.received.timestamp() * 1_000_000)})


# Reading writes nothing; who is logged in, and who looked on which day, is no part of a diary.
NOT_COMPARED = {"sessions.session", "usersessions.usersession", "accounts.visit", "config.mark"}


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
