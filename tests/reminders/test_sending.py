"""Messages through a real mail server on loopback: what they say, and what happens if it fails."""

import re
import signal
import subprocess
import sys
import time as clock_time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from email.message import Message as Mail
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MailHandler
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Patient, Share, User
from reminders import actions, claims, send
from reminders.models import Kind, Message, Reminder
from reminders.send import send_all, stop_address
from tests.config.running import ROOT, free_port, make_diary, run_in_django, surroundings

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
EVENING = NOW.replace(hour=20)


class Sink(MailHandler):
    """Takes every mail, or refuses as many as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[Mail] = []
        self.refuses = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            self.refuses -= 1
            return "451 Try again later"
        return await super().handle_DATA(server, session, envelope)

    def handle_message(self, message: Mail) -> None:
        self.mails.append(message)


@pytest.fixture
def sink() -> Iterator[tuple[Sink, int]]:
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    port = controller.port
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_USE_TLS=False,
    ):
        yield handler, port
    controller.stop()


@pytest.fixture
def due_entry(patient: Patient, owner: User) -> Message:
    reminder = actions.set_reminder(patient, Kind.ENTRY, by=owner, clocks=[time(20)])
    now = timezone.now()
    return Message.objects.create(
        patient=patient, user=owner, reminder=reminder, kind="entry", slot="one", due=now, at=now
    )


@pytest.mark.django_db
def test_a_message_says_nothing_of_whom_and_of_what(
    sink: tuple[Sink, int], patient: Patient, owner: User, log: Any
) -> None:
    canaries = ["Zyxwana", "Zyxdad", "Ward 7", "imatinib", "fever", "tablet", "temperature", "Ana"]
    patient.name, owner.name = "Zyxwana", "Zyxdad"
    patient.save()
    owner.save()
    log("39.2")  # what the urgent one is about
    now = timezone.now()
    for kind in Kind:
        wanted = None
        if kind != Kind.URGENT:
            wanted = actions.set_reminder(patient, kind, by=owner, clocks=[time(20)])
        Message.objects.create(
            patient=patient, user=owner, reminder=wanted, kind=kind, slot=kind, due=now, at=now
        )
    assert send_all() == len(Kind)
    raw = [one.as_string() for one in sink[0].mails]
    assert len(raw) == len(Kind)
    for text in raw:
        found = [c for c in canaries if re.search(rf"\b{c}\b", text, re.IGNORECASE)]
        assert not found, text
        assert str(patient.pk) not in text
        assert "Nobody watches the diary" in text
    subjects = Counter(one["Subject"] for one in sink[0].mails)
    assert sorted(subjects.values()) == [1, len(Kind) - 1]
    with_stop = [one for one in sink[0].mails if one["List-Unsubscribe"]]
    assert len(with_stop) == len(Kind) - 1, "an urgent one cannot be stopped"


@pytest.mark.django_db
def test_a_mail_server_that_refuses_is_asked_again_and_the_person_is_told(
    sink: tuple[Sink, int], due_entry: Message, dad: Client, patient: Patient
) -> None:
    sink[0].refuses = 1
    assert send_all() == 0
    due_entry.refresh_from_db()
    assert due_entry.state == Message.State.WAITING
    assert due_entry.at > timezone.now() + timedelta(seconds=50)
    said = b"The last reminder could not be delivered"
    assert said in dad.get(f"/p/{patient.pk}/reminders/").content
    assert send_all(due_entry.at) == 1
    assert said not in dad.get(f"/p/{patient.pk}/reminders/").content


@pytest.mark.django_db
def test_what_is_urgent_goes_first(due_entry: Message) -> None:
    mine = {"patient": due_entry.patient, "user": due_entry.user, "kind": "urgent", "slot": "u"}
    urgent = Message.objects.create(**mine, due=due_entry.due, at=due_entry.at)
    assert claims.take(timezone.now()) == [urgent, due_entry]


@pytest.mark.django_db
def test_a_message_that_cannot_be_written_stops_no_other(
    sink: tuple[Sink, int], due_entry: Message, make_user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make_user("Second")
    Share.objects.create(
        patient=due_entry.patient,
        user=other,
        role="reader",
        accepted=timezone.now(),
        confirmed=timezone.now(),
    )
    mine = {"patient": due_entry.patient, "user": other, "reminder": due_entry.reminder}
    Message.objects.create(**mine, kind="entry", slot="b", due=due_entry.due, at=timezone.now())
    real = send.mail_of

    def broken(message: Message, post: Any) -> Any:
        if message.pk == due_entry.pk:
            raise UnicodeError("cannot be written")
        return real(message, post)

    monkeypatch.setattr(send, "mail_of", broken)
    assert send_all() == 1
    due_entry.refresh_from_db()
    assert due_entry.state == Message.State.WAITING


@pytest.mark.django_db
def test_what_cannot_be_looked_at_again_is_sent(
    sink: tuple[Sink, int], due_entry: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bool:
        raise LookupError("US/Gone")

    monkeypatch.setattr(send, "is_still_needed", broken)
    assert send_all() == 1


@pytest.mark.django_db
def test_a_server_that_is_away_is_asked_once_a_round(due_entry: Message) -> None:
    for number in range(3):
        mine = {"patient": due_entry.patient, "user": due_entry.user, "kind": "entry"}
        Message.objects.create(**mine, slot=f"{number}", due=due_entry.due, at=due_entry.at)
    away = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend"}
    with override_settings(**away, EMAIL_HOST="127.0.0.1", EMAIL_PORT=9):
        assert send_all() == 0
    assert Message.objects.filter(tries=1).count() == 1
    assert Message.objects.filter(state="waiting").count() == 4, "the others wait for nobody"


@pytest.mark.django_db
def test_no_mail_server_at_all_gives_up_in_the_end(due_entry: Message) -> None:
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=9,
    ):
        for _ in range(Message.TRIES):
            due_entry.refresh_from_db()
            assert send_all(due_entry.at) == 0
    due_entry.refresh_from_db()
    assert due_entry.state == Message.State.FAILED


@pytest.mark.django_db
def test_without_a_mail_server_it_is_for_the_page_alone(due_entry: Message) -> None:
    assert send_all() == 0
    due_entry.refresh_from_db()
    assert due_entry.state == Message.State.SHOWN
    assert not mail.outbox


@pytest.mark.django_db
def test_one_tap_stops_it_without_a_log_in(due_entry: Message, client: Client) -> None:
    path = urlsplit(stop_address(due_entry.reminder_id)).path
    page = client.get(path)
    assert page.status_code == 200
    assert b"Ana" not in page.content
    assert Reminder.objects.filter(stopped=None).exists(), "a look stops nothing"
    enforced = Client(enforce_csrf_checks=True)
    done = enforced.post(path, {"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert not Reminder.objects.filter(stopped=None).exists()
    assert client.get(path[:-3] + "x/").status_code == 404


MANY = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import Patient, Share, User
from reminders.models import Reminder
now = timezone.now()
users = User.objects.bulk_create(
    [User(email=f"p{n}@example.org", name=f"P{n}") for n in range(NUMBER)])
patients = Patient.objects.bulk_create(
    [Patient(owner=u, name=f"P{n}", birth_month=5, birth_year=2000, zone="Europe/London",
             unit="C", country="GB") for n, u in enumerate(users)])
Reminder.objects.bulk_create(
    [Reminder(patient=p, user=p.owner, kind="entry", clocks=["20:00"], zone="Europe/London",
              next_due=now - timedelta(seconds=1)) for p in patients])
"""


def test_two_workers_that_are_killed_lose_nothing(tmp_path: Path) -> None:
    """Between taking and sending: what was taken is sent after the lease, once more at most for
    each kill."""
    number, kills = 300, 3
    handler = Sink()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        port = controller.port
        data = tmp_path / "data"
        make_diary(data)
        more = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port), "EMAIL_TLS": "0"}
        run_in_django(data, MANY.replace("NUMBER", str(number)), **more)
        script = "import django; django.setup()\nfrom reminders.worker import make_round\n"
        quick = "from reminders.models import Message\nfrom datetime import timedelta\n"
        quick += "Message.LEASE = timedelta(seconds=20)\n"
        quick += "import time\nwhile True:\n    make_round()\n    time.sleep(.1)\n"
        environment = surroundings(data, DJANGO_SETTINGS_MODULE="config.settings", **more)

        def worker() -> "subprocess.Popen[bytes]":
            return subprocess.Popen(
                [sys.executable, "-c", script + quick],
                cwd=ROOT,
                env=environment,
                stderr=subprocess.DEVNULL,
            )

        running = [worker(), worker()]
        for kill in range(kills):
            begun, wait = len(handler.mails), clock_time.time() + 120
            while len(handler.mails) < begun + 20 and clock_time.time() < wait:
                clock_time.sleep(0.005)
            victim = running[kill % 2]
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            running[kill % 2] = worker()
        wait = clock_time.time() + 300
        while len({one["To"] for one in handler.mails}) < number and clock_time.time() < wait:
            clock_time.sleep(0.1)
        for one in running:
            one.kill()
            one.wait()
    finally:
        controller.stop()
    sent = Counter(one["To"] for one in handler.mails)
    assert len(sent) == number, f"lost: {number - len(sent)}"
    assert sum(sent.values()) - number <= kills
