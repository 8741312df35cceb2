"""A form that comes from somebody who was logged out meanwhile."""

from uuid import uuid4

from django.test import Client
from django.urls import reverse

from accounts.models import Patient

SAID = "Not saved: you were logged out."


def test_the_log_in_page_says_that_a_form_was_not_saved(patient: Patient) -> None:
    address = reverse("today", args=[patient.pk])
    answer = Client().post(address, {"do": "save", "note": "zqcanary"}, follow=True)
    (sent_on, status), *others = answer.redirect_chain
    assert (sent_on, status) == (f"{reverse('account_login')}?next={address}&unsaved=1", 302)
    assert not others
    assert SAID in answer.content.decode()
    assert "zqcanary" not in answer.content.decode()


def test_it_says_nothing_where_only_a_page_was_asked_for(patient: Patient) -> None:
    answer = Client().get(reverse("today", args=[patient.pk]), follow=True)
    assert "unsaved" not in answer.redirect_chain[0][0]
    assert SAID not in answer.content.decode()


def test_after_logging_in_it_goes_back_to_the_page_of_the_form(patient: Patient) -> None:
    """Many forms are sent to an address that shows no page of its own."""
    undo = reverse("question_tick", args=[patient.pk, uuid4()])
    page = reverse("questions", args=[patient.pk])
    for referer, back in (
        (f"http://testserver{page}?all=1", page),
        ("http://elsewhere.example/questions/", undo),
        ("http://testserver//elsewhere.example/", undo),
        ("http://[", undo),
        ("", undo),
    ):
        answer = Client().post(undo, headers={"referer": referer})
        assert answer["Location"] == f"{reverse('account_login')}?next={back}&unsaved=1"
