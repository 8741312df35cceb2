"""Every address x method x person x object: what has to be answered, and that nothing else happens.

What is expected stands in `addresses.py`; the addresses are those of the resolver.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.actions import invite
from accounts.models import Patient, Role, Share, User
from summary.erasure.actions import ask_for_diary
from summary.erasure.deletion import erase
from summary.erasure.ledger import LedgerLine
from tests.config.addresses import (
    LOGIN,
    OWN,
    PATIENT,
    PUBLIC,
    RANKS,
    Address,
    every_address,
    ids_for,
    missing,
    needed,
    takes,
    who_may,
)
from tests.config.headers import faults_in
from tests.config.world import CANARY, Diary, changed, make_diary, state
from tests.summary.whole import undone

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SAFE = ("GET", "HEAD", "OPTIONS")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TOKEN = re.compile(rb"\b[A-Za-z0-9]{64}\b")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# They ask for more than a role: that this account typed it, that the entry is theirs, that the day
# on which the diary becomes hers is near.
ASKS_MORE = {"check_in_send", "words_delete", "words_keep", "growing_up_choose"}


class Person(NamedTuple):
    """Who asks. `rank`: what they may in the diary; an outsider has none, and it does not exist."""

    name: str
    client: Client
    diary: Diary
    rank: str

    def may(self, least: str) -> bool:
        return bool(self.rank) and RANKS.index(self.rank) >= RANKS.index(least)


@dataclass(frozen=True)
class Cast:
    """Everybody who may ask, and the diaries they ask for."""

    people: list[Person]
    foreign: Diary
    erased: dict[str, Any]


def logged_in(user: User | None) -> Client:
    """Log in somebody who has just typed their password."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user, backend=BACKEND)
        session = client.session
        typed = {"method": "password", "at": time.time(), "reauthenticated": True}
        session["account_authentication_methods"] = [typed]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def make_cast(make_user: Callable[[str], User]) -> Cast:
    """Return thirteen people: there are no staff, and no account that may see a diary by itself."""
    now = timezone.now()
    keepers = {"Ana": "Dad", "Bo": "Mallory", "Eve": "Eve", "Di": "Deb", "Gil": "Gus"}
    ana, bo, eve, closed, gone = (
        _diary_at(now - timedelta(seconds=n), make_user(keeper), name)
        for n, (name, keeper) in enumerate(keepers.items(), 1)
    )
    Patient.objects.filter(pk=eve.patient.pk).update(is_self=True)
    yes = {"accepted": now, "confirmed": now}

    def carer(name: str, diary: Diary = ana, **terms: Any) -> User:
        user = make_user(name)
        Share.objects.create(patient=diary.patient, user=user, **terms)
        return user

    whole = {"role": Role.MANAGER}
    users: list[tuple[str, User | None, Diary, str]] = [
        ("anonymous", None, ana, ""),
        ("stranger", bo.patient.owner, ana, ""),
        ("guardian", ana.patient.owner, ana, "owner"),
        ("patient", eve.patient.owner, eve, "owner"),
        ("reader", carer("Aunt", role=Role.READER, **yes), ana, "reader"),
        ("no-notes", carer("Nan", role="reader", without_notes=True, **yes), ana, "reader"),
        ("writer", carer("Gran", role=Role.WRITER, **yes), ana, "writer"),
        ("manager", carer("Max", **whole, **yes), ana, "manager"),
        ("revoked", carer("Rex", **whole, **yes, revoked=now), ana, ""),
        ("over", carer("Olga", **whole, **yes, until=now), ana, ""),
        ("pending", carer("Pat", **whole, accepted=now), ana, ""),
        ("invited", make_user("Ivy"), ana, ""),
        ("of-a-closed-diary", carer("Cleo", closed, **whole, **yes), closed, ""),
    ]
    ivy = users[-2][1]
    invite(ana.patient, role=Role.READER, email=ivy.email if ivy else "", by=ana.patient.owner)
    ask_for_diary(closed.patient, by=closed.patient.owner)
    erase(LedgerLine(now + timedelta(days=9), "diary", gone.patient.pk))
    for _, user, _, _ in users:  # as signing up leaves it
        if user is not None:
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    people = [Person(name, logged_in(user), diary, rank) for name, user, diary, rank in users]
    return Cast(people, bo, gone.ids)


def _diary_at(moment: datetime, owner: User, name: str) -> Diary:
    """Make it at a moment of its own: an address of a file of temperatures is one."""
    with time_machine.travel(moment, tick=False):
        return make_diary(owner, name)


@contextmanager
def as_if_never(client: Client) -> Iterator[None]:
    """Take back what is stored inside, and let the browser forget it too."""
    cookies = deepcopy(client.cookies)
    with undone():
        yield
    client.cookies = cookies


def field_names() -> list[str]:
    """Return every name under which a column of any table could be sent."""
    columns = [f for model in apps.get_models() for f in model._meta.concrete_fields]
    return sorted({name for f in columns for name in (f.name, f.attname)} | {"pk", "flag"})


def smuggled(foreign: Diary) -> dict[str, str]:
    """Return a value for every column that somebody might want to set who must not."""
    owner = str(foreign.patient.owner_id)
    known = {
        "patient": str(foreign.patient.pk),
        "role": "manager",
        "is_self": "on",
        "level": "expected",
    }
    people = ("by", "user", "owner", "kept_by")
    times = ("created", "received", "recorded", "at", "accepted", "confirmed", "found", "until")

    def value(name: str) -> str:
        bare = name.removesuffix("_id")
        if bare in people:
            return owner
        return known.get(bare, "2001-02-03T04:05:06Z" if bare in times else "1")

    return {name: value(name) for name in field_names()}


@dataclass
class Matrix:
    """One walk through the cells; `share` of them, always the same ones for a `seed`."""

    cast: Cast
    share: float = 1
    seed: int = 1
    urlconf: str | None = None
    only: str = ""
    faults: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def walk(self, until: str | None = None) -> None:
        """Look into every cell, or until a fault says these words."""
        self.sent = smuggled(self.cast.foreign)
        for person in self.cast.people:  # who looked on this day is noted once
            with_visit(person)
        self.before = state()
        chosen = random.Random(self.seed)  # noqa: S311 (which cells)
        for address in every_address(self.urlconf):
            if self.only and address.name != self.only:
                continue
            kind = who_may(address)
            for person in self.cast.people:
                for method in METHODS:
                    for look in self._cells(kind, address):
                        if chosen.random() < self.share:
                            look(address, person, method)
                            if until and any(until in fault for fault in self.faults):
                                return

    def _cells(self, kind: str, address: Address) -> Iterator[Callable[..., None]]:
        if kind == PATIENT:
            yield from (self.own, self.foreign, self.erased)
            if set(address.arguments) - {"patient_id", "day", "kind"}:
                yield self.crossed
        elif kind == OWN:
            yield self.foreign_row
        else:
            yield self.common

    # The objects.

    def own(self, address: Address, person: Person, method: str) -> None:
        answer = self.ask(person, method, address.path(ids_for(person.diary.ids)))
        least = needed(address, method)
        wanted: set[int] | None = None
        if person.name == "anonymous":
            wanted = {302}
        elif not takes(address, method):
            wanted = {405}
        elif not person.rank:
            wanted = {404}
        elif not person.may(least):
            wanted = {403}
        elif answer.status_code in {401, 403, 405} and address.name not in ASKS_MORE:
            wanted = set()
        self._expect(wanted, answer, person, method, address, "own")
        if person.rank and wanted is None:
            self.counts["let in"] += 1

    def foreign(self, address: Address, person: Person, method: str) -> None:
        self._same_as_missing(address, person, method, self.cast.foreign.ids, "foreign")

    def erased(self, address: Address, person: Person, method: str) -> None:
        self._same_as_missing(address, person, method, self.cast.erased, "erased")

    def crossed(self, address: Address, person: Person, method: str) -> None:
        """The row of a foreign diary, asked for through one's own."""
        mine = {"patient_id": person.diary.ids["patient_id"]}
        ids = self.cast.foreign.ids
        self._same_as_missing(address, person, method, ids, "crossed", mine)

    def foreign_row(self, address: Address, person: Person, method: str) -> None:
        self._same_as_missing(address, person, method, self.cast.foreign.ids, "foreign")

    def common(self, address: Address, person: Person, method: str) -> None:
        """What anybody may, or whoever is logged in."""
        if "logout" in address.name:
            return
        answer = self.ask(person, method, address.path(ids_for(person.diary.ids)))
        wanted: set[int] | None = None
        kind = who_may(address)
        if kind == LOGIN and person.name == "anonymous":
            wanted = {302}
        elif kind in (LOGIN, PUBLIC) and not takes(address, method):
            wanted = {405}
        self._expect(wanted, answer, person, method, address, "common")

    # What is asked and compared.

    def ask(self, person: Person, method: str, path: str) -> HttpResponse:
        """Ask once, see what it changed, and take it back."""
        self.counts["requests"] += 1
        self.counts[method] += 1
        self.counts[person.name] += 1
        with as_if_never(person.client):
            rows = connection.connection.total_changes
            sent = {"data": self.sent} if method == "POST" else {}
            answer: Any = getattr(person.client, method.lower())(path, **sent)
            answer.body = b"".join(answer) if answer.streaming else answer.content
            answer.close()
            answer.written = connection.connection.total_changes != rows
            answer.tables = changed(self.before) if answer.written else []
        return answer

    def _expect(
        self,
        wanted: set[int] | None,
        answer: Any,
        person: Person,
        method: str,
        address: Address,
        what: str,
    ) -> None:
        where = f"{person.name} {method} {address.name} ({what})"
        if answer.status_code >= 500:
            self.faults.append(f"{where} broke: {answer.status_code}")
        if wanted is not None and answer.status_code not in wanted:
            self.faults.append(f"{where} answered {answer.status_code}, not {sorted(wanted)}")
        let_in = wanted is None and method not in SAFE
        if answer.tables and not let_in:
            self.faults.append(f"{where} changed {answer.tables}")
        if wanted is not None and CANARY.encode() in answer.body:
            self.faults.append(f"{where} shows what is not theirs")
        stored = who_may(address) not in (PATIENT, LOGIN, OWN)
        self.faults += [f"{where}: {fault}" for fault in faults_in(answer.headers, stored=stored)]

    def _same_as_missing(
        self,
        address: Address,
        person: Person,
        method: str,
        ids: dict[str, Any],
        what: str,
        mine: dict[str, Any] | None = None,
    ) -> None:
        there = address.path(ids_for(ids) | (mine or {}))
        nowhere = address.path(missing(ids) | (mine or {}))
        if person.name == "stranger" and (what == "foreign" or "user_id" in address.arguments):
            return  # it is theirs; and the id of their own account stands on each of their pages
        found, absent = (self.ask(person, method, path) for path in (there, nowhere))
        where = f"{person.name} {method} {address.name} ({what})"
        # With one's own diary around it, who may not do this at all is told so first.
        open_ = {302} if person.name == "anonymous" else {403, 404, 405}
        self._expect(open_, found, person, method, address, what)
        for part, one, other in zip(
            PARTS, whole(found, there), whole(absent, nowhere), strict=True
        ):
            if one != other:
                self.faults.append(f"{where} differs from what is missing in its {part}")


PARTS = ("status", "headers", "body")


def whole(answer: Any, path: str) -> tuple[Any, ...]:
    """Return everything that an answer says, but for the ids that were asked for and the token
    against forged forms, which is masked anew each time."""
    asked = [path, *UUID.findall(path)]

    def bare(words: bytes) -> bytes:
        for one in asked:
            words = words.replace(one.encode(), b"#")
        return TOKEN.sub(b"#", words)

    headers = sorted(
        (name, bare(str(value).encode()))
        for name, value in answer.headers.items()
        if name != "X-Request-ID"  # another each time
    )
    return answer.status_code, (headers, sorted(answer.cookies)), bare(answer.body)


def with_visit(person: Person) -> None:
    if person.rank:
        person.client.get(f"/p/{person.diary.patient.pk}/more/")
