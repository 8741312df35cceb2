"""Why a care card asks what it asks: the rules that were met, with what they cite."""

from dataclasses import dataclass
from datetime import date

from diary.check_ins.entries import Entry
from diary.check_ins.findings import RuleMet
from therapies.citing import Cited, basis_sentence, kept
from therapies.rulebook import Level
from therapies.templatetags.spelling import symptom_label

NOT_LISTED = "The five sources do not list it for this treatment."
UNNAMED = ("other", "none")


@dataclass(frozen=True, slots=True)
class Why:
    about: str
    text: str
    therapy: str
    group: str
    basis: str
    citations: tuple[Cited, ...]
    is_current: bool


def reasons(entry: Entry, today: date) -> tuple[tuple[Why, ...], tuple[Why, ...]]:
    """Return the reasons of the highest level, and the rest. "Not listed" is left out where another
    rule said something about the same symptom."""
    cited = {(c["source"], c["heading"]): c for f in entry.findings for c in f.citations}
    named = {f.symptom for f in entry.findings if f.level != Level.UNLISTED.slug}
    by_source = {f.symptom for f in entry.findings if f.basis == "source"}
    met = [m for m in entry.rules_met if m.level > Level.UNLISTED or not set(m.symptoms) <= named]
    why = [m for m in met if m.level == entry.level]
    also = [m for m in met if m.level != entry.level]

    def reason(rule: RuleMet) -> Why:
        return _why(rule, cited, by_source, today)

    return tuple(map(reason, why)), tuple(map(reason, also))


def _why(
    met: RuleMet, cited: dict[tuple[str, str], dict[str, str]], by_source: set[str], today: date
) -> Why:
    basis = basis_sentence(met.basis)
    if met.basis == "floor" and met.level > Level.UNLISTED and not by_source & set(met.symptoms):
        basis = f"{basis} {NOT_LISTED}"
    return Why(
        about=", ".join(symptom_label(symptom) for symptom in met.symptoms),
        text=met.wording,
        therapy=met.therapy_name,
        group="" if met.group in UNNAMED else met.group_name,
        basis=basis,
        citations=tuple(kept(cited[c.source, c.heading], today) for c in met.citations),
        is_current=met.is_current,
    )
