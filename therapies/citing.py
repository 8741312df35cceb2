"""Where a claim stands, in words: publisher, title, heading, date, and if a review is overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format

from therapies.catalogue import catalogue
from therapies.rulebook import Citation
from therapies.shapes import Source

NOT_A_SOURCE = "This is the medicine’s official labelling, which is not one of the five sources."
OWN_DECISION = (
    "This is the diary’s own decision, for anybody; it stands in none of the five sources."
)


@dataclass(frozen=True, slots=True)
class Cited:
    """What the citation component prints."""

    publisher: str
    title: str
    heading: str
    url: str
    reviewed: str = ""
    note: str = ""
    overdue: str = ""


def cited(citations: Iterable[Citation], today: date) -> list[Cited]:
    """Return each citation in words, none twice."""
    return [_cited(citation, today) for citation in dict.fromkeys(citations)]


def _cited(citation: Citation, today: date) -> Cited:
    known = catalogue()
    if citation.source == "decision":
        decision = known.decisions[citation.heading]
        title, url = decision.question, _anchor(decision.id)
        return Cited(f"Decision {decision.id}", title, "", url, note=OWN_DECISION)
    if citation.source in known.labels:
        label = known.labels[citation.source]
        url = _anchor(f"label-{label.id}")
        return Cited(label.publisher, label.title, citation.heading, url, note=NOT_A_SOURCE)
    source = known.sources[citation.source]
    return Cited(
        publisher=publisher(source),
        title=source.title,
        heading=citation.heading,
        url=_anchor(f"source-{source.id}"),
        reviewed=day(source.reviewed) if source.reviewed else "",
        note="" if source.reviewed else "No date of a review is given.",
        overdue=next_review(source, today) if source.next_review else "",
    )


def publisher(source: Source) -> str:
    """Return who published it, and say so where that is only inferred."""
    return f"{source.publisher} (inferred)" if source.publisher_inferred else source.publisher


def next_review(source: Source, today: date) -> str:
    """Say in one sentence when the next review is due, and whether it is overdue."""
    if source.next_review is None:
        return (
            "The publisher gives no date for the next review, so nobody can say if it is overdue."
        )
    due = day(source.next_review)
    if source.is_overdue(today):
        return f"The publisher’s next review was due on {due}; it is overdue."
    return f"The publisher’s next review is due on {due}."


def day(moment: date) -> str:
    return date_format(moment, "j F Y")


def _anchor(name: str) -> str:
    return f"{reverse('sources')}#{name}"


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """One of the five sources with its dates in words."""

    source: Source
    publisher: str
    reviewed: str
    next_review: str
    is_overdue: bool


def source_facts(source: Source, today: date) -> SourceFacts:
    return SourceFacts(
        source=source,
        publisher=publisher(source),
        reviewed=day(source.reviewed) if source.reviewed else "",
        next_review=next_review(source, today),
        is_overdue=source.is_overdue(today),
    )
