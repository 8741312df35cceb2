"""Walks every address: who gets in, who gets nothing, and that reading changes nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Role, Share, User
from tests.config import addresses
from tests.config.addresses import (
    ALLAUTH,
    ASKED_BY_POST,
    LOGIN,
    OWN,
    OWN_POSTS,
    PATIENT,
    PUBLIC,
    TAKEN_BY_POST,
    Address,
    every_address,
    ids_for,
    missing,
    who_may,
)
from tests.config.headers import faults_in
from tests.config.world import CANARY, Diary, changed, make_diary, state

PLANTED = "tests.config.planted"
NOTHING_HERE = {404, 405}
NOT_TAKEN = {403, *NOTHING_HERE}
VARYING = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f-]{27}|\b[A-Za-z0-9]{64}\b|\b[A-Za-z0-9]{32}\b|imported/[0-9]+"
)
LogIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _no_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception in a view is the answer 500 here, as it is for a visitor."""
    real = Client.__init__

    def quiet(self: Client, **kwargs: Any) -> None:
        real(self, **{"raise_request_exception": False, **kwargs})

    monkeypatch.setattr(Client, "__init__", quiet)


@pytest.fixture
def ana(owner: User) -> Diary:
    return make_diary(owner, "Ana")


@pytest.fixture
def bo(stranger: User) -> Diary:
    """The stranger's own patient: a stranger to Ana is no stranger to the diary."""
    return make_diary(stranger, "Bo")


def kinds(*wanted: str) -> list[Address]:
    return [address for address in every_address() if who_may(address) in wanted]


def answers(client: Client, path: str) -> list[Any]:
    return [client.get(path), client.get(path, headers={"HX-Request": "true"}), client.post(path)]


def shape(response: Any) -> tuple[int, bytes]:
    """Return what an answer gives away, without ids and tokens, which differ every time."""
    location = response.headers.get("Location", "").encode()
    return response.status_code, VARYING.sub(b"", response.content + location)


def gets_nothing(client: Client, there: str, nowhere: str) -> list[str]:
    """Say what somebody who must not know of this page learns from it."""
    faults = []
    for found, absent in zip(answers(client, there), answers(client, nowhere), strict=True):
        if found.status_code not in NOTHING_HERE:
            faults.append(f"{there} answered {found.status_code}")
        if CANARY.encode() in found.content:
            faults.append(f"{there} shows what is not theirs")
        if shape(found) != shape(absent):
            faults.append(f"{there} differs from a page that does not exist")
        faults += [f"{there}: {fault}" for fault in faults_in(found.headers)]
    return faults


def learned_by(client: Client, ids: dict[str, Any]) -> list[str]:
    faults = []
    for address in every_address():
        if address.route.startswith("p/"):
            path, nowhere = address.path(ids_for(ids)), address.path(missing(ids))
            faults += gets_nothing(client, path, nowhere)
    return faults


def test_somebody_has_decided_who_may_open_each_address() -> None:
    for address in every_address():
        who_may(address)
        assert set(address.arguments) <= {*ids_for({}), *KNOWN}, address


KNOWN = {
    "stamp",
    "message_id",
    "user_id",
    "patient_id",
    "course_id",
    "cycle_id",
    "dose_id",
    "hold_id",
    "weight_id",
    "event_id",
    "look_id",
    "contact_id",
    "check_in_id",
    "call_id",
    "medicine_id",
    "invitation_id",
    "share_id",
    "change_id",
    "own_id",
    "question_id",
    "appointment_id",
    "note_id",
    "photo_id",
    "file_id",
    "link_id",
    "turn_id",
}


def test_the_table_names_no_address_that_is_gone() -> None:
    assert set(addresses.WHO_MAY) == {a.name for a in every_address() if who_may(a) != ALLAUTH}


def test_nobody_without_a_log_in_gets_anything(ana: Diary) -> None:
    for address in kinds(PATIENT, LOGIN, OWN):
        there, nowhere = address.path(ids_for(ana.ids)), address.path(missing(ana.ids))
        for found, absent in zip(answers(Client(), there), answers(Client(), nowhere), strict=True):
            assert found.status_code in {302, 405}, address
            if found.status_code == 302:
                assert found.headers["Location"].startswith("/account/login/"), address
            assert CANARY.encode() not in found.content, address
            assert shape(found) == shape(absent), address
            assert faults_in(found.headers) == [], address


def test_a_view_that_says_nothing_about_logging_in_is_closed(ana: Diary) -> None:
    with override_settings(ROOT_URLCONF=PLANTED):
        address = next(a for a in every_address() if a.name == "no_door")
        for answer in answers(Client(), address.path(ids_for(ana.ids))):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/account/login/")


def test_a_stranger_gets_nothing_and_learns_nothing(
    ana: Diary, bo: Diary, stranger: User, log_in: LogIn
) -> None:
    client, before = log_in(stranger), state()
    assert learned_by(client, ana.ids) == []
    assert changed(before) == []


def test_a_patient_of_ones_own_opens_nothing_of_somebody_elses(
    ana: Diary, bo: Diary, stranger: User, log_in: LogIn
) -> None:
    client, before = log_in(stranger), state()
    mixed = {**ana.ids, "patient_id": bo.ids["patient_id"]}
    absent = {**missing(ana.ids), "patient_id": bo.ids["patient_id"]}
    for address in kinds(PATIENT):
        if set(address.arguments) - {"patient_id", "day", "kind"}:  # nobody's
            faults = gets_nothing(client, address.path(ids_for(mixed)), address.path(absent))
            # Their own patient's page may stand around it; Ana's canary must not.
            assert faults == [], address
    assert changed(before) == []


def test_a_course_of_ones_own_opens_no_dose_of_somebody_elses(
    ana: Diary, bo: Diary, stranger: User, log_in: LogIn
) -> None:
    client, before = log_in(stranger), state()
    deep = [address for address in kinds(PATIENT) if len(address.arguments) > 2]
    assert deep
    for address in deep:
        last = address.arguments[-1]
        theirs = {**ids_for(bo.ids), last: ana.ids[last]}
        absent = {**ids_for(bo.ids), last: missing(ana.ids)[last]}
        assert gets_nothing(client, address.path(theirs), address.path(absent)) == [], address
    assert changed(before) == []


@pytest.mark.parametrize("access", ["revoked", "waiting", "over"])
def test_a_caregiver_whose_access_ended_or_has_not_begun_is_a_stranger(
    ana: Diary, make_user: Callable[[str], User], log_in: LogIn, access: str
) -> None:
    now = timezone.now()
    carer = make_user("Former")
    times = {
        "revoked": {"confirmed": now, "revoked": now},
        "waiting": {},
        "over": {"confirmed": now, "until": now},
    }[access]
    Share.objects.create(patient=ana.patient, user=carer, role=Role.WRITER, accepted=now, **times)
    assert learned_by(log_in(carer), ana.ids) == []


def test_a_row_of_somebody_else_is_not_there(
    ana: Diary, bo: Diary, stranger: User, log_in: LogIn
) -> None:
    client = log_in(stranger)
    for address in kinds(OWN):
        path, nowhere = address.path(ids_for(ana.ids)), address.path(missing(ana.ids))
        assert gets_nothing(client, path, nowhere) == []


def test_a_caregiver_who_may_only_read_changes_nothing(
    ana: Diary, make_user: Callable[[str], User], log_in: LogIn
) -> None:
    now = timezone.now()
    aunt = make_user("Aunt")
    Share.objects.create(
        patient=ana.patient, user=aunt, role=Role.READER, accepted=now, confirmed=now
    )
    client = log_in(aunt)
    for address in kinds(PATIENT):
        before = state()
        answer = client.post(address.path(ids_for(ana.ids)))
        taken = TAKEN_BY_POST.get(address.name, [])
        answered = {200, 302} if taken else {302} if address.name in ASKED_BY_POST else NOT_TAKEN
        answered |= {302, 404, 422} if address.name in OWN_POSTS else set()
        assert answer.status_code in answered, address
        assert changed(before) == taken, address
        assert faults_in(answer.headers) == [], address


def read_by(client: Client, ids: dict[str, Any], chosen: list[Address]) -> list[str]:
    """Read pages; say which broke, changed something, or came without their headers."""
    faults = []
    for address in chosen:
        path = address.path(ids_for(ids))
        before = state()
        answer = client.get(path)
        if answer.status_code >= 500:
            faults.append(f"{path} broke")
        if extra := set(changed(before)):
            faults.append(f"reading {path} changed {extra}")
        faults += [f"{path}: {fault}" for fault in faults_in(answer.headers)]
    return faults


def test_reading_changes_nothing(ana: Diary, owner: User, log_in: LogIn) -> None:
    everything = kinds(PUBLIC, LOGIN, OWN, PATIENT, ALLAUTH)
    assert read_by(Client(), ana.ids, everything) == []
    # As signing up leaves it; allauth would add the row while the page is read.
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    staying = [address for address in everything if "logout" not in address.name]
    assert read_by(log_in(owner), ana.ids, staying) == []


def taken_without_a_token(client: Client, ids: dict[str, Any]) -> list[str]:
    """Post, put, patch and delete without a token; say where that was not refused."""
    faults = []
    for address in every_address():
        path = address.path(ids_for(ids))
        for send in (client.post, client.put, client.patch, client.delete):
            answer = send(path)
            if answer.status_code not in {403, 404, 405}:
                faults.append(f"{path} answered {answer.status_code}")
            faults += [f"{path}: {fault}" for fault in faults_in(answer.headers)]
    return faults


def test_nothing_is_taken_without_a_token(ana: Diary, owner: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = state()
    assert taken_without_a_token(client, ana.ids) == []
    assert taken_without_a_token(Client(enforce_csrf_checks=True), ana.ids) == []
    assert changed(before) == []


def test_the_walk_finds_every_planted_fault(
    ana: Diary, bo: Diary, stranger: User, owner: User, log_in: LogIn
) -> None:
    with override_settings(ROOT_URLCONF=PLANTED):
        with pytest.raises(LookupError):
            [who_may(address) for address in every_address()]
        learned = "\n".join(learned_by(log_in(stranger), ana.ids))
        assert "no-door/ shows what is not theirs" in learned
        assert "telltale/ differs from a page that does not exist" in learned
        assert "breaks/ answered 500" in learned

        planted = {a.name: a for a in every_address()}
        mixed = {**ana.ids, "patient_id": bo.ids["patient_id"]}
        path, nowhere = (
            planted["wrong_key"].path(ids_for(mixed)),
            planted["wrong_key"].path({**missing(ana.ids), "patient_id": bo.ids["patient_id"]}),
        )
        assert any("shows" in f for f in gets_nothing(log_in(stranger), path, nowhere))

        reading = read_by(log_in(owner), ana.ids, [planted["writes_when_read"]])
        assert any("changed {'accounts.patient'}" in fault for fault in reading)

        logged_in = Client(enforce_csrf_checks=True)
        logged_in.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
        taken = taken_without_a_token(logged_in, ana.ids)
        assert any("takes/ answered 204" in fault for fault in taken)
