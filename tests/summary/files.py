"""Files of a diary to bring in: a good one, and ways to spoil it."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Patient, User
from summary.export import records
from summary.export.as_json import as_json
from tests.summary.whole import live

Said = dict[str, Any]


def exported(patient: Patient, users: list[User], seed: int = 5) -> Said:
    """Fill the diary with every kind of row, and return it as its file says it."""
    live(patient, users, seed)
    return json.loads(as_json(records(patient)))


def as_file(content: bytes | Said) -> SimpleUploadedFile:
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SimpleUploadedFile("diary.json", content, content_type="application/json")


def send(client: Client, content: bytes | Said) -> Any:
    return client.post(reverse("diary_import"), {"file": as_file(content)})


def bring(client: Client, content: bytes | Said, **answers: str) -> Any:
    """Send a good file and say yes."""
    check = send(client, content)
    assert check.status_code == 302, check.content.decode()
    return client.post(check.url, {"do": "yes", **answers})
