"""Where a claim stands, in words: publisher, title, heading, date, and if a review is overdue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.formats import date_format

from therapies.catalogue import catalogue
from therapies.catalogue.shapes import Source
from therapies.rulebook import Citation
from therapies.templatetags.sources import named

INFERRED = " (inferred)"
NO_REVIEW_DATE = "No date of a review is given."
IN_NO_SOURCE = "It is in none of the five sources."
# Where a rule comes from, as a sentence goes on.
BASIS = {
    "source": "from the five sources",
    "label": "from the medicine’s official labelling, which is not one of the five sources",
    "floor": "the diary’s own decision, which is in none of the five sources",
}

# The same in a few words, where several lists stand side by side.
SHORT_BASIS = {"label": "official labelling", "floor": "our own decision"}


@dataclass(frozen=True, slots=True)
class CitationLine:
    """What the citation component prints; `name` is what there is room for in one line."""

    publisher: str
    title: str
    heading: str
    url: str
    reviewed: str = ""
    note: str = ""
    overdue: str = ""
    name: str = ""


def cited(citations: Iterable[Citation], today: date) -> list[CitationLine]:
    """Return each citation in words, none twice."""
    return [_cited(citation, today) for citation in dict.fromkeys(citations)]


def _cited(citation: Citation, today: date) -> CitationLine:
    known = catalogue()
    if citation.source == "decision":
        decision = known.decisions[citation.heading]
        title, url = named(decision.question), _anchor(decision.id)
        return CitationLine("The diary’s own decision", title, "", url, note=IN_NO_SOURCE)
    if citation.source in known.labels:
        label = known.labels[citation.source]
        url = _anchor(f"label-{label.id}")
        return CitationLine(
            label.publisher, label.title, citation.heading, url, note=basis_sentence("label")
        )
    source = known.sources[citation.source]
    return CitationLine(
        publisher=publisher(source),
        title=source.title,
        heading=citation.heading,
        url=_anchor(f"source-{source.id}"),
        reviewed=day(source.reviewed) if source.reviewed else "",
        note="" if source.reviewed else NO_REVIEW_DATE,
        overdue=next_review(source, today) if source.next_review else "",
    )


def to_keep(citation: Citation) -> dict[str, str]:
    """Word a citation as it reads today, to be read when the catalogue has changed."""
    known = catalogue()
    words = {"source": citation.source, "heading": citation.heading}
    if source := known.sources.get(citation.source):
        reviewed = source.reviewed.isoformat() if source.reviewed else ""
        return {**words, "title": source.title, "publisher": publisher(source), "date": reviewed}
    if label := known.labels.get(citation.source):
        return {**words, "title": label.title, "publisher": label.publisher, "date": ""}
    question = named(known.decisions[citation.heading].question)
    return {**words, "title": question, "publisher": "This diary’s own decision", "date": ""}


def kept(citation: Mapping[str, str], today: date) -> CitationLine:
    """Word a citation as it was kept with a finding; what the catalogue still knows comes from it:
    that a publisher is inferred, and whether a review is overdue today."""
    known = catalogue()
    source = known.sources.get(citation["source"])
    name = citation["publisher"]
    if source is not None and name == source.publisher:
        name = publisher(source)
    if citation["source"] == "decision":
        url = _anchor(citation["heading"]) if citation["heading"] in known.decisions else ""
        return CitationLine(name, named(citation["title"]), "", url, name=name)
    if citation["source"] in known.labels:
        url = _anchor(f"label-{citation['source']}")
        title = citation["title"]
        return CitationLine(name, title, citation["heading"], url, name=title)
    reviewed = citation["date"] and day(date.fromisoformat(citation["date"]))
    return CitationLine(
        publisher=name,
        title=citation["title"],
        heading=citation["heading"],
        url=_anchor(f"source-{source.id}") if source is not None else "",
        reviewed=reviewed,
        note="" if reviewed or source is None else NO_REVIEW_DATE,
        overdue=overdue(source, today) if source is not None else "",
        name=name,
    )


def basis_sentence(basis: str) -> str:
    words = BASIS[basis]
    return f"{words[0].upper()}{words[1:]}."


def publisher(source: Source) -> str:
    """Return who published it, and say so where that is only inferred."""
    return f"{source.publisher}{INFERRED}" if source.publisher_inferred else source.publisher


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


def overdue(source: Source, today: date) -> str:
    """Return that sentence where it is overdue."""
    return next_review(source, today) if source.is_overdue(today) else ""


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
