"""A circle of people around two diaries, and beside it a model of what each may and what is there.

Every step is a request as a page or a phone sends it; the model says how it has to be answered.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

import time_machine
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.access import patient_for
from accounts.actions import InvitationError, accept_invitation, invite
from accounts.models import AuditEntry, Patient, Role, Share, User
from diary.check_ins.moves import moved_id
from diary.models import CheckIn, Finding, Version
from summary.erasure.actions import due_after
from summary.erasure.deletion import DELETED, erase_due
from tests.config.matrix import logged_in
from tests.diary.answers import typed

BEGAN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PEOPLE = ("dad", "ann", "ben", "cat")
DIARIES = ("ana", "bo")
RANKS = ("", "reader", "writer", "manager", "owner")
WEEK = timedelta(days=7)
DONE: Counter[tuple[str, int]] = Counter()  # how often each page answered what
people, diaries = st.sampled_from(PEOPLE), st.sampled_from(DIARIES)
carers = st.sampled_from(PEOPLE[1:])
roles, some = st.sampled_from(list(Role)), st.integers(0, 99)
FEVER = {"temperature_C": "38.6"}  # urgent for everybody


@dataclass
class Part:
    """What somebody was given in a diary."""

    role: str
    until: datetime | None
    hides_notes: bool
    is_confirmed: bool = False
    pk: Any = None

    def holds(self, now: datetime) -> bool:
        return self.is_confirmed and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now


@dataclass
class Entry:
    """One entry: who wrote it, and what each version says, the symptom and the note; None: removed.
    `fields` is what a phone sent, where it came from one."""

    diary: str
    by: str
    fields: dict[str, str]
    versions: list[tuple[str, str] | None]
    words_go: datetime | None = None

    @property
    def notes(self) -> list[str | None]:
        return [version and version[1] for version in self.versions]


@dataclass
class Offer:
    code: str
    diary: str
    part: Part
    ends: datetime
    is_used: bool = False


class Circle(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = time_machine.travel(BEGAN, tick=False)
        self.moving = self.clock.start()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.users = {n: User.objects.create_user(f"{n}@example.org", None, name=n) for n in PEOPLE}
        about = {"birth_month": 5, "birth_year": 2017, "zone": "Europe/London", "unit": "C"}
        self.patients = {
            name: Patient.objects.create(
                owner=self.users["dad"], name=name, country="GB", tint=n, **about
            )
            for n, name in enumerate(DIARIES, 1)
        }
        self.parts: dict[tuple[str, str], Part] = {}
        self.offers: list[Offer] = []
        self.entries: dict[UUID, Entry] = {}
        self.said = self.rows = self.found = 0
        self._log_in()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)
        self.clock.stop()

    # What the model knows.

    @property
    def now(self) -> datetime:
        return timezone.now()

    def rank(self, who: str, diary: str) -> str:
        if who == "dad":
            return "owner"
        part = self.parts.get((who, diary))
        return part.role if part and part.holds(self.now) else ""

    def may(self, who: str, diary: str, least: str) -> bool:
        return RANKS.index(self.rank(who, diary)) >= RANKS.index(least)

    def gives(self, who: str, diary: str) -> list[str]:
        """Return the roles that this person gives, changes and ends: those below their own."""
        rank = self.rank(who, diary)
        return {"owner": [*Role], "manager": ["reader", "writer"]}.get(rank, [])

    def refused(self, who: str, diary: str, least: str) -> int:
        """Return what a request that takes this role is answered; 0 where it is let through."""
        if not self.rank(who, diary):
            return 404
        return 0 if self.may(who, diary, least) else 403

    # How it is asked.

    def _log_in(self) -> None:
        self.clients = {name: logged_in(user) for name, user in self.users.items()}

    def post(self, who: str, name: str, diary: str, *ids: Any, **fields: Any) -> int:
        path = reverse(name, args=[self.patients[diary].pk, *ids])
        answer = self.clients[who].post(path, fields)
        DONE[name, answer.status_code] += 1
        return int(answer.status_code)

    def _note(self) -> str:
        self.said += 1
        return f"zq{self.said}zq"

    def _pick(self, number: int) -> tuple[UUID, Entry]:
        return list(self.entries.items())[number % len(self.entries)]

    def _share(self, number: int) -> tuple[str, str, Part]:
        (whose, diary), part = list(self.parts.items())[number % len(self.parts)]
        return whose, diary, part

    # How it begins: some may something already, and there is an entry.

    @initialize(given=st.lists(st.tuples(carers, diaries, roles), min_size=2, max_size=5))
    def begin(self, given: list[tuple[str, str, Role]]) -> None:
        for who, diary, role in given:
            self.offer("dad", diary, role, 0, hides=role == Role.READER and who == "cat")
            self.accept(who, len(self.offers) - 1)
            if (who, diary) in self.parts:
                keys = list(self.parts)
                self.confirm("dad", keys.index((who, diary)))
        for diary in DIARIES:
            self.save("dad", diary, urgent=diary == "ana", writes=True)

    # Sharing.

    @rule(by=people, diary=diaries, role=roles, hours=st.sampled_from([0, 3]), hides=st.booleans())
    def offer(self, by: str, diary: str, role: Role, hours: int, hides: bool) -> None:
        until = self.now + timedelta(hours=hours) if hours else None
        part = Part(role, until, hides and role == Role.READER)
        terms: Any = {"role": role, "until": until, "without_notes": part.hides_notes}
        try:
            _, code = invite(self.patients[diary], email="", by=self.users[by], **terms)
        except PermissionDenied:
            assert role not in self.gives(by, diary), f"{by} may offer {role}"
        else:
            assert role in self.gives(by, diary), f"{by} may not offer {role}"
            ends = min(self.now + WEEK, until) if until else self.now + WEEK
            self.offers.append(Offer(code, diary, part, ends))

    @precondition(lambda self: self.offers)
    @rule(who=people, number=some)
    def accept(self, who: str, number: int) -> None:
        offer = self.offers[number % len(self.offers)]
        part = self.parts.get((who, offer.diary))
        has_part = who == "dad" or (part is not None and not part.is_over(self.now))
        is_open = not offer.is_used and offer.ends > self.now and not has_part
        try:
            with transaction.atomic():
                share = accept_invitation(offer.code, by=self.users[who])
        except InvitationError:
            assert not is_open, f"{who} may accept"
        else:
            assert is_open, f"{who} may not accept"
            offer.is_used = True
            offer.part.pk = share.pk
            self.parts[who, offer.diary] = offer.part

    @precondition(lambda self: self.parts)
    @rule(by=people, number=some)
    def confirm(self, by: str, number: int) -> None:
        _, diary, part = self._share(number)
        answer = self.post(by, "share_confirm", diary, part.pk)
        assert answer == (self.refused(by, diary, "owner") or 302)
        if answer == 302 and not part.is_over(self.now):
            part.is_confirmed = True

    @precondition(lambda self: self.parts)
    @rule(by=people, number=some, role=roles, hides=st.booleans())
    def change(self, by: str, number: int, role: Role, hides: bool) -> None:
        whose, diary, part = self._share(number)
        ticked = {"without_notes": "on"} if hides else {}
        answer = self.post(by, "share_edit", diary, part.pk, role=role, ends="none", **ticked)
        wanted = self.refused(by, diary, "manager")
        gives = self.gives(by, diary)
        if not wanted and (part.role not in gives or by == whose):
            wanted = 403
        if not wanted and (role not in gives or (hides and role != Role.READER)):
            wanted = 422
        assert answer == (wanted or 302), f"{by} makes {whose} {role}: {answer}"
        if answer == 302:
            part.role, part.until, part.hides_notes = role, None, hides

    @precondition(lambda self: self.parts)
    @rule(by=people, number=some)
    def end(self, by: str, number: int) -> None:
        whose, diary, part = self._share(number)
        answer = self.post(by, "share_revoke", diary, part.pk)
        wanted = self.refused(by, diary, "manager")
        if not wanted and by != whose and part.role not in self.gives(by, diary):
            wanted = 403
        assert answer == (wanted or 302)
        if answer == 302:
            del self.parts[whose, diary]

    @precondition(lambda self: self.parts)
    @rule(number=some)
    def leave(self, number: int) -> None:
        who, diary, part = self._share(number)
        path = reverse("share_leave", args=[part.pk])
        assert self.clients[who].post(path).status_code == 302
        del self.parts[who, diary]

    # Entries.

    @rule(who=people, diary=diaries, urgent=st.booleans(), writes=st.booleans())
    def save(self, who: str, diary: str, urgent: bool, writes: bool) -> None:
        """From the page, or from the phone that kept it while there was no network."""
        said = FEVER if urgent else {"rash": "mild"}
        fields = typed(note=self._note() if writes else "", **said)
        waited = {"account": str(self.users[who].pk), "sent": self.now.isoformat(), "opened": ""}
        fields |= waited | {"typed": self.now.isoformat(), "loaded": self.now.isoformat()}
        self._send(who, diary, fields)

    @precondition(lambda self: self.entries)
    @rule(who=people, number=some, diary=diaries)
    def send_again(self, who: str, number: int, diary: str) -> None:
        """The answer was lost, or another log-in finds it on the phone."""
        _, entry = self._pick(number)
        if entry.fields:
            self._send(who, diary, entry.fields)

    def _send(self, who: str, diary: str, fields: dict[str, str]) -> None:
        key, wanted = UUID(fields["id"]), self.refused(who, diary, "writer")
        if not wanted and fields["account"] != str(self.users[who].pk):
            wanted = 403
        known = self.entries.get(key)
        if not wanted and known and (known.diary != diary or known.notes[0] != fields["note"]):
            wanted = 409
        answer = self.post(who, "check_in_send", diary, **fields)
        assert answer == (wanted or 200), f"{who} sends to {diary}: {answer}, not {wanted}"
        if answer == 200 and known is None:
            self.entries[key] = Entry(diary, who, fields, [("first", fields["note"])])

    @precondition(lambda self: self.entries)
    @rule(who=people, number=some, writes=st.booleans())
    def correct(self, who: str, number: int, writes: bool) -> None:
        key, entry = self._pick(number)
        note, based_on = self._note() if writes else "", str(len(entry.notes))
        fields = typed(nausea="mild", note=note, reason="A slip", based_on=based_on)
        answer = self.post(who, "check_in_correct", entry.diary, key, **fields)
        assert answer == (self.refused(who, entry.diary, "writer") or 302)
        if answer == 302 and entry.versions[-1] != ("nausea", note):
            entry.versions.append(("nausea", note))

    @precondition(lambda self: self.entries)
    @rule(who=people, number=some)
    def remove(self, who: str, number: int) -> None:
        key, entry = self._pick(number)
        answer = self.post(who, "check_in_remove", entry.diary, key, reason="Twice")
        assert answer == (self.refused(who, entry.diary, "writer") or 302)
        if answer == 302 and entry.notes[-1] is not None:
            entry.versions.append(None)

    @precondition(lambda self: self.entries)
    @rule(who=people, number=some)
    def move(self, who: str, number: int) -> None:
        key, entry = self._pick(number)
        to = next(name for name in DIARIES if name != entry.diary)
        there = moved_id(CheckIn(pk=key), self.patients[to])
        known, was_removed = self.entries.get(there), entry.notes[-1] is None
        wanted = self.refused(who, entry.diary, "writer")
        if not wanted and not self.may(who, to, "writer"):
            wanted = 422
        if not wanted and was_removed and known is None:
            wanted = 422
        answer = self.post(who, "check_in_move", entry.diary, key, to=self.patients[to].pk)
        if not wanted and not was_removed and known is not None:
            # Moved before, and put back meanwhile: what is there stays as it is.
            assert answer in (302, 422)
        else:
            assert answer == (wanted or 302), f"{who} moves to {to}: {answer}, not {wanted}"
        if answer == 302 and not was_removed:
            if known is None:
                self.entries[there] = Entry(to, entry.by, {}, entry.versions[-1:])
            entry.versions.append(None)

    # A way out.

    @precondition(lambda self: self.entries)
    @rule(who=people, number=some)
    def ask_for_words(self, who: str, number: int) -> None:
        key, entry = self._pick(number)
        answer = self.post(who, "words_delete", entry.diary, key)
        assert answer == (self._refuses_words(who, entry) or 302)
        if answer == 302:
            entry.words_go = entry.words_go or due_after(self.now, ZoneInfo("Europe/London"))

    @precondition(lambda self: any(entry.words_go for entry in self.entries.values()))
    @rule(who=people, number=some)
    def keep_words(self, who: str, number: int) -> None:
        asked = [(key, one) for key, one in self.entries.items() if one.words_go]
        key, entry = asked[number % len(asked)]
        answer = self.post(who, "words_keep", entry.diary, key)
        assert answer == (self._refuses_words(who, entry) or 302)
        if answer == 302:
            entry.words_go = None

    def _refuses_words(self, who: str, entry: Entry) -> int:
        refused = self.refused(who, entry.diary, "writer")
        return refused or (0 if who in ("dad", entry.by) else 403)

    @rule(hours=st.sampled_from([1, 5, 24 * 10]))
    def wait(self, hours: int) -> None:
        self.moving.shift(timedelta(hours=hours))
        self._log_in()
        with patch("summary.erasure.deletion.write_down"):  # the ledger is no part of this
            erase_due()
        for entry in self.entries.values():
            if entry.words_go and entry.words_go <= self.now:
                entry.versions = [one and (one[0], one[1] and DELETED) for one in entry.versions]
                entry.words_go = None
                DONE["erased", 0] += 1

    # What has to be so after every step.

    @invariant()
    def everybody_may_what_was_given(self) -> None:
        for who, user in self.users.items():
            for diary, patient in self.patients.items():
                rank = self.rank(who, diary)
                try:
                    door = patient_for(user, patient.pk)
                except Http404:
                    assert not rank, f"{who} is {rank} of {diary} and is shut out"
                    continue
                assert rank, f"{who} opens {diary}"
                assert door.may_write == self.may(who, diary, "writer")
                assert door.may_manage == self.may(who, diary, "manager")
                assert door.is_owner == (who == "dad")
                part = self.parts.get((who, diary))
                assert door.hides_notes == bool(part and part.hides_notes)

    @invariant()
    def the_shares_are_those_that_were_given(self) -> None:
        columns = ("user__name", "patient__name", "role", "until", "without_notes")
        there = set(Share.objects.filter(revoked=None).values_list(*columns))
        given = {(w, d, p.role, p.until, p.hides_notes) for (w, d), p in self.parts.items()}
        assert there == given

    @invariant()
    def nothing_is_lost_and_nothing_else_is_there(self) -> None:
        columns = ("check_in", "check_in__patient__name", "kind", "note")
        rows = Version.objects.order_by("check_in", "number").values_list(*columns)
        there: dict[UUID, tuple[str, list[str | None]]] = {}
        for key, diary, kind, note in rows:
            there.setdefault(key, (diary, []))[1].append(None if kind == "removed" else note)
        assert there == {key: (one.diary, one.notes) for key, one in self.entries.items()}

    @invariant()
    def what_was_found_and_who_did_what_only_grows(self) -> None:
        found, rows = Finding.objects.count(), AuditEntry.objects.count()
        assert found >= self.found
        assert rows >= self.rows
        self.found, self.rows = found, rows

    @precondition(lambda self: self.entries)
    @rule(who=people, number=some)
    def look(self, who: str, number: int) -> None:
        key, entry = self._pick(number)
        path = reverse("check_in", args=[self.patients[entry.diary].pk, key])
        answer = self.clients[who].get(path)
        assert answer.status_code == (self.refused(who, entry.diary, "reader") or 200)
        part, note = self.parts.get((who, entry.diary)), entry.notes[-1]
        if answer.status_code == 200 and note and note != DELETED:
            is_hidden = bool(part and part.hides_notes)
            assert (note in answer.content.decode()) is not is_hidden
