"""A form that comes from somebody who was logged out meanwhile."""

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
