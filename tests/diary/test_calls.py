"""After the card: who was called, what they said, and what stays open."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry
from diary.care_card.actions import record_call, record_event
from diary.check_ins.actions import correct_check_in, record_check_in
from diary.check_ins.data import ReportData
from diary.models import Call
from tests.diary.answers import reading, said, with_numbers
from tests.diary.open_entries import still_open

NOW = datetime(2026, 11, 20, 21, 40, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def check_in(patient, owner):
    with_numbers(patient)
    return record_check_in(patient, said(NOW, reading("38.6")), by=owner)


def address(check_in, name):
    return reverse(name, args=[check_in.patient_id, check_in.pk])


def call(**fields):
    start = {"id": str(uuid4()), "outcome": "reached", "whom": "care team, 24 hours", "when": "now"}
    return start | fields


def offered(client, check_in):
    html = client.get(address(check_in, "check_in")).content.decode()
    return re.search(r'href="tel:([^"]+)"', html[html.index('class="care') :]).group(1)


@pytest.mark.parametrize(("name", "fields"), [("call_record", call()), ("prompt_close", {})])
def test_only_who_may_write_may_record(
    name, fields, check_in, client, reader, stranger, writer, log_in
):
    fields = fields | {"id": str(uuid4()), "reason": "on the ward"}
    for get in (True, False):

        def ask(client, get=get):
            url = address(check_in, name)
            return (client.get(url) if get else client.post(url, fields)).status_code

        assert ask(client) == 302
        assert ask(log_in(stranger)) == 404
        assert ask(log_in(reader)) == 403
        assert not Call.objects.exists()
        assert ask(log_in(writer)) == (200 if get else 302)
    assert Call.objects.get().by == writer


def test_they_answered_is_one_choice_and_save(dad, check_in, patient):
    html = dad.get(address(check_in, "call_record") + "?to=day").content.decode()
    assert re.search(r'value="care team, daytime"[^>]*checked', html)
    assert re.search(r'name="when" value="now"[^>]*checked', html)
    response = dad.post(address(check_in, "call_record"), call(advice="come-in"))
    assert response["Location"] == address(check_in, "check_in")
    saved = Call.objects.get()
    assert (saved.outcome, saved.advice, saved.at, saved.recorded) == (
        "reached",
        "Come in",
        NOW,
        NOW,
    )
    assert not still_open(patient.check_ins.all()).exists()
    html = dad.get(address(check_in, "check_in")).content.decode()
    assert "Come in" in html
    assert "If Ana gets worse, or you are worried, call again" in html
    assert "This entry stays open until somebody closes it." in html
    assert re.search(r'Take the <a href="/p/[^"]+/emergency/">emergency sheet</a> with you', html)


def test_what_is_next_after_come_in_is_said_after_nothing_else(dad, check_in):
    dad.post(address(check_in, "call_record"), call(advice="stay"))
    assert "with you" not in dad.get(address(check_in, "check_in")).content.decode()


@pytest.mark.parametrize("to", ["", "?to=emergency", "?to=crisis", "?to=x"])
def test_nobody_is_chosen_to_have_answered_but_the_team_that_the_card_said_to_call(
    to, dad, check_in
):
    html = dad.get(address(check_in, "call_record") + to).content.decode()
    assert not re.search(r'name="whom"[^>]*checked', html)
    assert "You can leave the rest as it is" not in html
    fields = call()
    del fields["whom"]
    refused = dad.post(address(check_in, "call_record"), fields)
    assert "Choose who answered." in refused.content.decode()
    assert not Call.objects.exists()


@pytest.mark.parametrize(("country", "chosen"), [("GB", False), ("AQ", True)])
def test_the_emergency_number_alone_is_not_chosen_either(dad, check_in, patient, country, chosen):
    """Where no number is known at all there is only the team to choose."""
    patient.contacts.all().delete()
    type(patient).objects.update(country=country)
    html = dad.get(address(check_in, "call_record")).content.decode()
    assert bool(re.search(r'name="whom"[^>]*checked', html)) is chosen


def test_what_came_of_a_call_about_a_contact_card_is_on_it_and_in_the_list(dad, patient, owner):
    with_numbers(patient)
    check_in = record_check_in(patient, said(NOW, reading("37.6")), by=owner)
    html = dad.get(address(check_in, "check_in")).content.decode()
    assert f'href="{address(check_in, "call_record")}?to=always">They answered' in html
    assert "Team told" not in dad.get(reverse("people")).content.decode()
    dad.post(address(check_in, "call_record"), call(advice="stay"))
    html = " ".join(dad.get(address(check_in, "check_in")).content.decode().split())
    assert "Told today, 21:40</h1>" in html
    assert "They said: <strong>Stay home and watch</strong>" in html
    assert "Team told: today, 21:40" in dad.get(reverse("people")).content.decode()
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        assert "Team told" not in dad.get(reverse("people")).content.decode()


def test_a_team_that_was_told_of_something_else_quiets_no_urgent_line_in_the_list(
    dad, patient, owner, check_in
):
    contact = record_check_in(patient, said(NOW, reading("37.6")), by=owner)
    record_call(contact, outcome="reached", at=NOW, by=owner)
    html = dad.get(reverse("people")).content.decode()
    assert "Urgent, still open" in html
    assert "Team told" not in html


def test_no_answer_keeps_the_prompt_and_offers_the_next_number(dad, check_in, patient):
    assert offered(dad, check_in) == "02079460123"
    for whom, following in (
        ("care team, 24 hours", "02079460456"),
        ("care team, daytime", "999"),
        ("emergency number", "999"),
    ):
        dad.post(address(check_in, "call_record"), call(outcome="no-answer", whom=whom))
        assert still_open(patient.check_ins.all()).exists()
        assert offered(dad, check_in) == following


def test_what_was_in_vain_before_somebody_was_reached_is_over_when_it_opens_again(
    dad, check_in, owner
):
    in_vain = {"outcome": "no-answer", "whom": "care team, 24 hours"}
    for minutes, more in enumerate((in_vain, {"outcome": "reached"}), start=1):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            dad.post(address(check_in, "call_record"), call(**more))
    assert offered(dad, check_in) == "02079460123"
    with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
        confused = said(NOW, reading("38.6"), ReportData("confusion", "mild"))
        correct_check_in(check_in, confused, reason="worse", by=owner)
    assert offered(dad, check_in) == "02079460123"
    assert "did not answer" not in dad.get(address(check_in, "check_in")).content.decode()
    with time_machine.travel(NOW + timedelta(minutes=4), tick=False):
        dad.post(address(check_in, "call_record"), call(**in_vain))
    html = dad.get(address(check_in, "check_in")).content.decode()
    assert html.count("Care team, 24 hours did not answer") == 1
    assert offered(dad, check_in) == "02079460456"


def test_what_else_is_said_on_the_card_leaves_a_call_in_vain(dad, check_in, owner):
    dad.post(address(check_in, "call_record"), call(outcome="no-answer"))
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        record_event(check_in, outcome="in-hospital", by=owner)
    html = dad.get(address(check_in, "check_in")).content.decode()
    assert "Care team, 24 hours did not answer, today, 21:40 (Dad)." in " ".join(html.split())
    assert "Call the number above now." in html
    assert "Try" not in html[html.index('class="care') :]


def test_the_only_number_is_to_be_called_again(dad, patient, check_in):
    patient.contacts.exclude(kind="always").delete()
    patient.country = "ZZ"
    patient.save()
    dad.post(address(check_in, "call_record"), call(outcome="no-answer"))
    assert (
        "Call the number above again now."
        in dad.get(address(check_in, "check_in")).content.decode()
    )


def test_the_button_on_the_card_says_whom_it_is_about(dad, check_in):
    html = dad.get(address(check_in, "check_in")).content.decode()
    form = html[html.index('value="no-answer"') - 400 :]
    form = form[: form.index("</form>")]
    sent = dict(re.findall(r'name="(id|outcome|whom|when)"\s+value="([^"]*)"', form))
    assert dad.post(address(check_in, "call_record"), sent).status_code == 302
    assert Call.objects.get().whom == "care team, 24 hours"
    assert dad.post(address(check_in, "call_record"), sent).status_code == 302
    assert Call.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"when": "ten"}, NOW - timedelta(minutes=10)),
        ({"when": "other", "time": "20:15"}, datetime(2026, 11, 20, 20, 15, tzinfo=UTC)),
        (
            {"when": "other", "day": "2026-11-19", "time": "23:30"},
            datetime(2026, 11, 19, 23, 30, tzinfo=UTC),
        ),
    ],
)
def test_when_it_was(dad, check_in, fields, at):
    dad.post(address(check_in, "call_record"), call(**fields))
    assert Call.objects.get().at == at


@pytest.mark.parametrize(
    "fields",
    [
        {"when": "other"},
        {"when": "other", "time": "23:00"},
        {"when": "other", "day": "0001-01-01", "time": "23:00"},
        {"when": "other", "day": "9999-12-31", "time": "23:00"},
        {"when": "never"},
        {"whom": "a stranger"},
        {"outcome": "closed"},
        {"outcome": ""},
        {"advice": "take two"},
        {"words": "x" * 901},
        {"id": "1"},
    ],
)
def test_what_cannot_be_is_asked_again(dad, check_in, fields):
    fields = {"words": "Bring the bag"} | fields
    response = dad.post(address(check_in, "call_record"), call(**fields))
    assert response.status_code == 422
    assert fields["words"] in response.content.decode()
    assert not Call.objects.exists()


def test_their_own_words_are_kept(dad, check_in):
    dad.post(address(check_in, "call_record"), call(advice="other", words="Bring <b>the bag</b>"))
    assert Call.objects.get().advice == "Bring <b>the bag</b>"
    html = dad.get(address(check_in, "check_in")).content.decode()
    assert "Bring &lt;b&gt;the bag" in html


def test_closing_without_a_call_needs_a_reason(dad, check_in, patient):
    url = address(check_in, "prompt_close")
    assert dad.post(url, {"id": str(uuid4()), "reason": " "}).status_code == 422
    assert still_open(patient.check_ins.all()).exists()
    assert dad.post(url, {"id": str(uuid4()), "reason": "on the ward"}).status_code == 302
    assert not still_open(patient.check_ins.all()).exists()
    html = dad.get(address(check_in, "check_in")).content.decode()
    assert "Closed without a call" in html
    assert "on the ward" in html


def test_an_entry_that_is_closed_after_a_call_says_when_and_not_without_a_call(
    dad, check_in, patient
):
    dad.post(address(check_in, "call_record"), call(outcome="no-answer"))
    for minutes, name, fields in (
        (1, "call_record", call()),
        (2, "prompt_close", {"id": str(uuid4()), "reason": "she is home again"}),
    ):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            dad.post(address(check_in, name), fields)
    html = dad.get(address(check_in, "check_in")).content.decode()
    assert "Closed today, 21:42" in html
    assert "Dad closed it: she is home again" in html
    assert offered(dad, check_in) == "02079460123"  # nobody waits for an answer any more


def test_an_id_of_another_call_does_not_swallow_this_one(dad, check_in, patient, owner):
    other = record_check_in(patient, said(NOW, reading("39")), by=owner)
    key = uuid4()
    for found in (check_in, other):
        record_call(
            found, outcome="reached", whom="", at=NOW, advice="", reason="", by=owner, id=key
        )
    assert {c.check_in for c in Call.objects.all()} == {check_in, other}
    assert AuditEntry.objects.filter(action="record call").count() == 2
