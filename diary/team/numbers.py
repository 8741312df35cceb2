"""The numbers to call, in the order in which they are offered."""

from dataclasses import dataclass

from accounts.models import Patient
from diary.judging.facts import facts_of
from diary.models import Contact
from therapies.catalogue import catalogue

CRISIS = "crisis"  # a line that listens, beside the kinds of the family's own numbers


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
        return f"Call {self.name}" if self.kind == CRISIS else f"Call the {self.name}"

    @property
    def text(self) -> str:
        return self.label


@dataclass(frozen=True, slots=True)
class Numbers:
    """The team's own, the one that always answers first; and the local emergency number, unknown
    in a country that the catalogue does not list until the family enters theirs. Lines that listen
    are among them only where an entry asks for one."""

    team: tuple[Number, ...]
    emergency: Number | None
    team_name: str
    crisis: tuple[Number, ...] = ()

    @property
    def in_order(self) -> tuple[Number, ...]:
        emergency = (self.emergency,) if self.emergency else ()
        return (*self.team, *emergency, *self.crisis)

    def first(self, call_first: str) -> tuple[Number, ...]:
        """Return them in the order for an entry that says whom to call first."""
        emergency = (self.emergency,) if self.emergency else ()
        if call_first == "emergency":
            return (*emergency, *self.team, *self.crisis)
        if call_first == CRISIS:
            return (*self.crisis[:1], *emergency, *self.team, *self.crisis[1:])
        return self.in_order

    @property
    def has_always(self) -> bool:
        return any(number.kind == Contact.Kind.ALWAYS for number in self.team)

    def after(self, tried: set[str]) -> Number | None:
        """Return the next number to try; once all were tried, the emergency number again."""
        left = (number for number in self.in_order if number.kind not in tried)
        return next(left, self.emergency or next(iter(self.team), None))


def numbers_of(patient: Patient, *, crisis: bool = False) -> Numbers:
    """`crisis`: with the lines that listen in the patient's country."""
    contacts = {contact.kind: contact for contact in facts_of(patient).contacts}
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
    lines = crisis_lines(patient.country) if crisis else ()
    return Numbers(tuple(team), emergency, team_name, tuple(lines))


def crisis_lines(country: str) -> list[Number]:
    return [
        Number(CRISIS, line.name, line.number, line.tel, line.hours)
        for line in catalogue().crisis_lines
        if line.country == country
    ]


def _emergency(number: str, tel: str, who: str) -> Number:
    return Number(Contact.Kind.EMERGENCY, "emergency number", number, tel, who)
