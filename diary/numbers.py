"""The numbers to call, in the order in which they are offered."""

from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from accounts.models import Patient
from diary.models import Contact
from therapies.catalogue import catalogue


@dataclass(frozen=True, slots=True)
class Number:
    """`name` says who is called: "care team, 24 hours"; `who` is the family's own word."""

    kind: str
    name: str
    number: str
    tel: str
    who: str = ""

    @property
    def label(self) -> str:
        return f"Call the {self.name}"

    @property
    def text(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Numbers:
    """The team's own, the one that always answers first; and the local emergency number, unknown
    in a country that the catalogue does not list until the family enters theirs."""

    team: tuple[Number, ...]
    emergency: Number | None
    team_name: str

    @property
    def in_order(self) -> tuple[Number, ...]:
        return (*self.team, self.emergency) if self.emergency else self.team

    @property
    def has_always(self) -> bool:
        return any(number.kind == Contact.Kind.ALWAYS for number in self.team)

    def named(self, kind: str) -> Number | None:
        return next((n for n in self.in_order if n.kind == kind), None)

    def after(self, tried: set[str]) -> Number | None:
        """Return the next number to try; once all were tried, the emergency number again."""
        left = (number for number in self.in_order if number.kind not in tried)
        return next(left, self.emergency or next(iter(self.team), None))


def numbers_of(patient: Patient) -> Numbers:
    prefetch_related_objects([patient], "contacts")
    contacts = {contact.kind: contact for contact in patient.contacts.all()}
    own = contacts.get(Contact.Kind.EMERGENCY)
    country = catalogue().countries.get(patient.country)
    emergency = None
    if own is not None:
        emergency = _emergency(own.number, own.tel, own.label)
    elif country is not None:
        emergency = _emergency(country.emergency, country.emergency, country.name)
    team_name = patient.team_name.removeprefix("the ")
    team = [
        Number(kind, f"{team_name}, {hours}", contact.number, contact.tel, contact.label)
        for kind, hours in ((Contact.Kind.ALWAYS, "24 hours"), (Contact.Kind.DAY, "daytime"))
        if (contact := contacts.get(kind)) is not None
    ]
    return Numbers(tuple(team), emergency, team_name)


def _emergency(number: str, tel: str, who: str) -> Number:
    return Number(Contact.Kind.EMERGENCY, "emergency number", number, tel, who)
