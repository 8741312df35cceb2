"""After the third entry a phone is told once how the diary gets onto its home screen."""

from django.urls import reverse

from diary.models import CheckIn
from tests.diary.answers import typed

WORDS = "add it to your home screen"


def save(client, patient, **answers):
    client.post(reverse("today", args=[patient.pk]), typed(**answers))
    card = CheckIn.objects.latest("received")
    return client.get(reverse("check_in", args=[patient.pk, card.pk])).content.decode()


def test_it_is_said_once_after_the_third_entry(log_in, owner, patient):
    client = log_in(owner)
    said = [WORDS in save(client, patient, nausea="mild") for _ in range(5)]
    assert said == [False, False, True, False, False]


def test_it_never_stands_beside_something_urgent(log_in, owner, patient):
    client = log_in(owner)
    said = [WORDS in save(client, patient, seizure="yes") for _ in range(3)]
    assert not any(said)
    assert WORDS in save(client, patient, nausea="mild")


def test_the_entries_of_others_do_not_count(log_in, owner, writer, patient):
    for _ in range(3):
        save(log_in(owner), patient, nausea="mild")
    assert WORDS not in save(log_in(writer), patient, nausea="mild")
