"""Columns sent along with every form: what a form is for happens, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import resolve

from tests.config.addresses import PATIENT, every_address, ids_for, who_may
from tests.config.matrix import Cast, Person, as_if_never, smuggled
from tests.config.rendered import Form, forms_on
from tests.config.world import state

# A name that the view behind a form reads although that form does not show it: part of what it is
# for. Each is looked at: none says whose, by whom, when it came in, or how urgent.
READ = {
    "call_record": {"advice", "day", "words"},
    "duty": {"clock"},
    "records_json": {"days"},
    "look_add": {"sentence", "strokes"},
    "question_tick": {"answered"},
}


def forms_of(person: Person, urlconf: str | None = None) -> list[Form]:
    """Return every form that somebody is shown in their diary, each once."""
    found: dict[tuple[str, ...], Form] = {}
    for address in every_address(urlconf):
        if who_may(address) != PATIENT or not person.may("reader"):
            continue
        path = address.path(ids_for(person.diary.ids))
        answer = person.client.get(path)
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            for form in forms_on(path, answer.content.decode()):
                if form.method == "post" and form.action.startswith("/p/"):
                    found.setdefault(form.key, form)
    return list(found.values())


def name_of(form: Form) -> str:
    return resolve(form.action).view_name


@dataclass
class Smuggling:
    """Sends each form plainly, and again with columns that are none of its fields."""

    cast: Cast
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    effective: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.before = state()
        self.known = {
            value
            for rows in self.before.values()
            for row in rows
            for value in row
            if isinstance(value, UUID)
        }

    def all_at_once(self, person: Person, forms: list[Form]) -> None:
        """Every column in one go; where that changes anything, each alone tells which it was."""
        for form in forms:
            plain = self._plain(person, form)
            if self._after(person, form, self._extra(form)) != plain:
                self.each_alone(person, [form])

    def each_alone(self, person: Person, forms: list[Form]) -> None:
        for form in forms:
            plain = self._plain(person, form)
            for name, value in self._extra(form).items():
                if self._after(person, form, {name: value}) != plain:
                    self.faults.append(f"{person.name}: {name_of(form)} takes {name}={value}")

    def _plain(self, person: Person, form: Form) -> Any:
        plain = self._after(person, form, {})
        if plain[1]:
            self.effective.add(name_of(form))
        return plain

    def _extra(self, form: Form) -> dict[str, str]:
        own = set(form.fields) | READ.get(name_of(form), set())
        return {n: v for n, v in smuggled(self.cast.foreign).items() if n not in own}

    def _after(self, person: Person, form: Form, extra: dict[str, str]) -> Any:
        """Return how it was answered, and the rows it made, changed and took away."""
        self.requests += 1
        with as_if_never(person.client):
            rows = connection.connection.total_changes
            answer: Any = person.client.post(form.action, {**form.answers(), **extra})
            answer.close()
            is_written = connection.connection.total_changes != rows
            return answer.status_code, list(self._differences()) if is_written else []

    def _differences(self) -> Iterator[tuple[str, Any, Any]]:
        for table, rows in state().items():
            before = self.before[table]
            if rows != before:
                new = [tuple(map(self._plain_value, row)) for row in rows if row not in before]
                new.sort(key=repr)  # their ids say no order
                yield table, [row for row in before if row not in rows], new

    def _plain_value(self, value: Any) -> Any:
        """Name what is made by chance: new ids, and hashes of secrets."""
        if isinstance(value, UUID) and value not in self.known:
            return "new"
        is_hash = isinstance(value, str) and len(value) >= 32 and " " not in value
        return "secret" if is_hash else value
