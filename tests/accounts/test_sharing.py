"""The owner's page of who may see a diary: what it sends, what it shows, what it costs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions
from accounts.models import Invitation, Patient, Role, Share, User

LogIn = Callable[[User], Client]


def test_an_email_invitation_says_nothing_about_health_or_whose_diary(
    patient: Patient, owner: User, log_in: LogIn, settings: LazySettings
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    patient.name = "Zebedee"
    patient.save()
    client = log_in(owner)
    client.post(
        reverse("sharing", args=[patient.pk]),
        {"role": "writer", "ends": "none", "email": "Rose@Example.org"},
    )
    (message,) = mail.outbox
    assert message.to == ["rose@example.org"]
    assert message.subject == "Someone has invited you to a shared diary"
    said = f"{message.subject} {message.body} {message.from_email}".lower()
    for word in ("zebedee", "dad", "symptom", "side", "leuk", "therap", "treat", "cancer", "ward"):
        assert word not in said
    assert f"{settings.ORIGIN}{reverse('join')}\n" in message.body
    code = re.search(r"\w{4}-\w{4}-\w{4}", message.body)[0]
    assert f"?{code}" not in message.body
    assert actions.code_hash(code) == Invitation.objects.get().code_hash
    assert b"Code sent to rose@example.org" in client.get(reverse("people")).content


@pytest.mark.parametrize("host", ["", "mail.example.org"])
def test_where_no_email_can_leave_the_page_says_so_and_the_code_still_works(
    host: str,
    patient: Patient,
    owner: User,
    stranger: User,
    log_in: LogIn,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def down(*args: Any, **kwargs: Any) -> None:
        raise ConnectionRefusedError

    settings.EMAIL_HOST = host
    if host:
        monkeypatch.setattr("accounts.mail.send_mail", down)
    client = log_in(owner)
    page = reverse("sharing", args=[patient.pk])
    body = client.post(
        page, {"role": "reader", "ends": "none", "email": stranger.email}, follow=True
    ).content.decode()
    assert "No email could be sent" in body
    code = re.search(r"\w{4}-\w{4}-\w{4}(?=</p>)", body)[0]
    assert actions.accept_invitation(code, by=stranger)
    assert code not in client.get(page).content.decode(), "a used code is not shown any more"


def test_the_code_is_shown_only_to_the_one_who_made_it(
    patient: Patient, owner: User, log_in: LogIn, settings: LazySettings
) -> None:
    page = reverse("sharing", args=[patient.pk])
    here, elsewhere = log_in(owner), log_in(owner)
    here.post(page, {"role": "reader", "ends": "none", "email": ""})
    shown = " ".join(here.get(page).content.decode().split())
    assert "The code to read aloud" in shown
    assert (
        f"They open <strong>{settings.ORIGIN}</strong>, choose “I have an invitation code”, "
        "type it, and create an account or log in. Then come back here and say yes."
    ) in shown
    assert b"The code to read aloud" in here.get(page).content, "reloading loses nothing"
    assert b"The code to read aloud" not in elsewhere.get(page).content


def test_a_bad_address_is_asked_again_and_makes_no_invitation(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    page = reverse("sharing", args=[patient.pk])
    response = log_in(owner).post(page, {"role": "writer", "ends": "none", "email": "rose at home"})
    assert response.status_code == 422
    assert b"rose at home" in response.content
    assert not Invitation.objects.exists()


def test_the_sharing_page_costs_the_same_for_many_caregivers(
    patient: Patient,
    owner: User,
    make_user: Callable[..., User],
    log_in: LogIn,
    django_assert_num_queries: Any,
) -> None:
    client, page, now = log_in(owner), reverse("sharing", args=[patient.pk]), timezone.now()
    for n in range(12):
        confirmed = now if n % 2 else None
        user = make_user(f"Helper {n}")
        Share.objects.create(
            patient=patient, user=user, role="reader", accepted=now, confirmed=confirmed
        )
        actions.invite(patient, role=Role.READER, email="", by=owner)
    client.get(page)  # the first look of the day is noted
    # Session, user, patient, shares, invitations; and three for the strip on top of every page.
    with django_assert_num_queries(7):
        response = client.get(page)
    assert response.content.count(b"End their access") == 6
    assert response.content.count(b"Cancel invitation") == 12


def test_to_invite_somebody_comes_before_who_is_on_duty(
    patient: Patient, owner: User, reader: User, log_in: LogIn
) -> None:
    page = log_in(owner).get(reverse("sharing", args=[patient.pk])).content.decode()
    assert page.index('id="invite"') < page.index('id="duty-line"')


def test_a_cancelled_invitation_leaves_the_page_and_a_second_try_says_so(
    patient: Patient, owner: User, log_in: LogIn
) -> None:
    client, page = log_in(owner), reverse("sharing", args=[patient.pk])
    invitation, _ = actions.invite(patient, role=Role.READER, email="kim@example.org", by=owner)
    cancel = reverse("invitation_cancel", args=[patient.pk, invitation.pk])
    assert b"kim@example.org" in client.get(page).content
    answer = client.post(cancel, follow=True).content
    assert b"Invitation cancelled" in answer
    assert b"kim@example.org" not in answer
    assert b"was already used or cancelled" in client.post(cancel, follow=True).content


def test_confirming_somebody_who_left_meanwhile_says_so(
    patient: Patient, owner: User, stranger: User, log_in: LogIn
) -> None:
    _, code = actions.invite(patient, role=Role.READER, email="", by=owner)
    share = actions.accept_invitation(code, by=stranger)
    actions.revoke_share(share, by=stranger)
    confirm = reverse("share_confirm", args=[patient.pk, share.pk])
    assert b"no longer waiting" in log_in(owner).post(confirm, follow=True).content
    assert not Patient.objects.visible_to(stranger).exists()


def test_the_page_shows_who_since_when_and_as_what(
    patient: Patient, owner: User, writer: User, reader: User, log_in: LogIn
) -> None:
    page = log_in(owner).get(reverse("sharing", args=[patient.pk])).content.decode()
    for words in ("Grandma", "grandma@example.org", "May read and write, since", "Aunt Rose"):
        assert words in page
    assert f"since {timezone.localtime(timezone=patient.tz):%-d %B %Y}" in page


def test_names_are_shown_as_text_whatever_is_in_them(
    patient: Patient, owner: User, writer: User, log_in: LogIn
) -> None:
    writer.name = patient.name = "<script>alert(1)</script>"
    writer.save()
    patient.save()
    for page in (reverse("sharing", args=[patient.pk]), reverse("people")):
        body = log_in(owner).get(page).content.decode()
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert" in body
