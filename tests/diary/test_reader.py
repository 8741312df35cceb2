"""Somebody who may only read: what they see first, and that no page leads them to a form."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.models import Role, Share
from diary.check_ins.actions import correct_check_in, record_check_in, remove_check_in
from diary.check_ins.data import ReportData
from diary.core.days import local_day
from tests.config.addresses import ASKED_BY_POST, OWN_POSTS, PATIENT, TAKEN_BY_POST, WHO_MAY
from tests.config.world import make_diary
from tests.diary.answers import on_blinatumomab, reading, said
from tests.diary.open_entries import still_open

NO_PAGE = ("tel:", "mailto:", "#", "/static/")


@pytest.fixture
def shared(owner, make_user):
    """A diary with a row of every kind, an alarm of the pump among them, and its reader."""
    diary = make_diary(owner, "Ana")
    user, now = make_user("Aunt Rose"), timezone.now()
    Share.objects.create(
        patient=diary.patient, user=user, role=Role.READER, accepted=now, confirmed=now
    )
    on_blinatumomab(diary.patient, now)
    record_check_in(diary.patient, said(now, reading("39.0")), by=owner)
    return diary.patient, user


def is_write_form(tag, page):
    action = re.search(r'action="([^"]*)"', tag)
    path = urlsplit(urljoin(page, unescape(action[1]) if action else "")).path
    name = resolve(path).view_name
    posts = 'method="post"' in tag
    may_post = {*TAKEN_BY_POST, *ASKED_BY_POST, *OWN_POSTS}
    return posts and WHO_MAY.get(name) == PATIENT and name not in may_post


@pytest.mark.django_db
def test_no_page_leads_a_reader_to_a_form(shared, log_in):
    patient, user = shared
    client = log_in(user)
    ahead = [reverse("today", args=[patient.pk]), reverse("people")]
    seen, faults = set(), []
    while ahead:
        address = ahead.pop(0)
        parts = urlsplit(address)
        name = resolve(parts.path).view_name
        key = (name, frozenset(parse_qs(parts.query)))
        if key in seen or "logout" in name:
            continue
        seen.add(key)
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            faults.append(f"{address} ({name}) answered {answer.status_code}")
            continue
        if not answer["Content-Type"].startswith("text/html"):
            continue
        html = answer.content.decode()
        forms = [tag for tag in re.findall(r"<form[^>]*>", html) if is_write_form(tag, address)]
        faults += [f"{name} shows {' '.join(form.split())}" for form in forms]
        for link in re.findall(r'<a\s[^>]*?href="([^"]*)"', html):
            if not link.startswith(NO_PAGE):
                target = urljoin(answer.request["PATH_INFO"], unescape(link)).partition("#")[0]
                if target.startswith("/"):
                    ahead.append(target)
    assert not faults, "\n".join(faults)
    names = {name for name, _ in seen}
    assert {"today", "history", "check_in", "treatment", "course", "team", "summary"} <= names


@pytest.mark.django_db
def test_today_and_the_history_name_one_fever(patient, owner, reader, log_in):
    """Also where a later one was corrected, and below the line a reading was none."""
    now, client = timezone.now(), log_in(reader)
    for days, degrees in ((40, "38.4"), (12, "38.9"), (2, "37.2")):
        data = said(now - timedelta(days=days), reading(degrees), received=now)
        saved = record_check_in(patient, data, by=owner)
        if degrees == "38.9":
            data = said(saved.at, reading("37.0"), received=now)
            correct_check_in(saved, data, reason="slip", by=owner)
    today, history = (
        client.get(reverse(name, args=[patient.pk])).content.decode()
        for name in ("today", "history")
    )
    fever = today.partition('id="fever-heading"')[2].partition("</section>")[0]
    lately = history.partition("Last fever")[2].partition("</li>")[0]
    assert "38.4 °C" in fever
    assert "38.4 °C" in lately
    assert "38.9" not in fever + lately
    day = local_day(now - timedelta(days=40), patient.tz)
    assert reverse("history_day", args=[patient.pk, day.isoformat()]) in fever


@pytest.mark.django_db
def test_a_card_tells_a_reader_who_writes_it_down_and_offers_no_form(shared, owner, writer, log_in):
    patient, user = shared
    Share.objects.create(
        patient=patient,
        user=writer,
        role=Role.WRITER,
        accepted=patient.created,
        confirmed=patient.created,
    )
    open_one = still_open(patient.check_ins.all()).first()
    address = reverse("check_in", args=[patient.pk, open_one.pk])
    words = f"You cannot write in this diary. If you call, tell {owner}, who can write it down."
    for by, is_told in ((user, True), (writer, False), (owner, False)):
        html = log_in(by).get(address).content.decode()
        assert (words in html) is is_told
        assert ("Add a medicine that was given" in html) is not is_told
        assert (">Medicines given<" in html) is is_told
    open_one.calls.create(
        outcome="closed", reason="seen", at=timezone.now(), recorded=timezone.now(), by=owner
    )
    assert words not in log_in(user).get(address).content.decode()


@pytest.mark.django_db
def test_a_reader_is_not_told_that_the_look_is_not_done(patient, owner, writer, reader, log_in):
    on_blinatumomab(patient, timezone.now())
    for by, is_told in ((owner, True), (writer, True), (reader, False)):
        html = log_in(by).get(reverse("today", args=[patient.pk])).content.decode()
        assert ("One-minute check" in html) is is_told


@pytest.mark.django_db
def test_today_shows_the_last_days_the_last_fever_and_what_is_open(patient, owner, reader, log_in):
    now = timezone.now()
    long_ago = now - timedelta(days=20)
    record_check_in(patient, said(long_ago, reading("38.7"), received=now), by=owner)
    gone = record_check_in(
        patient, said(now - timedelta(days=10), reading("40.0"), received=now), by=owner
    )
    remove_check_in(gone, reason="twice", by=owner)
    yesterday = now - timedelta(days=1)
    record_check_in(
        patient, said(yesterday, ReportData("headache", "mild"), received=now), by=owner
    )
    html = log_in(reader).get(reverse("today", args=[patient.pk])).content.decode()
    fever = html.partition('id="fever-heading"')[2].partition("</section>")[0]
    assert "38.7 °C" in fever
    assert "40.0 °C" not in fever
    days = html.partition('id="days-heading"')[2].partition("</section>")[0]
    assert "Headache, mild" in days.partition("Yesterday")[2]
    assert "Not logged." in days.partition("Today")[2].partition("Yesterday")[0]
    assert "38.7" in html.partition('id="followed-heading"')[2].partition("</section>")[0]
    assert 'name="told_by"' not in html
