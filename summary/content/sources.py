"""Where the findings of a summary stand: one numbered list, and what this diary is."""

from collections.abc import Iterable
from datetime import date

from diary.check_ins.findings import FindingSource
from summary.content.shapes import SourceLine
from therapies.catalogue import catalogue
from therapies.pages.citations import NO_REVIEW_DATE, basis_sentence, day, overdue, publisher
from therapies.templatetags.sources import named
from therapies.templatetags.spelling import spelled

STATEMENT = (
    "This is a diary. It repeats what published patient information says about a treatment. It "
    "gives no diagnosis, grade or dose, and no clinician has reviewed it.",
    "Nobody watches it: what is written in it reaches the care team only when somebody tells them.",
    "A day that is not logged says nothing about that day. It does not mean that there were no "
    "symptoms. A symptom that nobody asked about is not counted as absent.",
)


class References:
    """Numbers the sources in the order in which the findings first cite them."""

    def __init__(self) -> None:
        self._cited: dict[str, list[FindingSource]] = {}

    def cite(self, citations: Iterable[FindingSource]) -> str:
        """Return the numbers of what findings cite: [1] [3]."""
        numbers = sorted({self._number(cited) for cited in citations})
        return " ".join(f"[{number}]" for number in numbers)

    def _number(self, cited: FindingSource) -> int:
        # Each decision is a source of its own; a document is one, whatever the section.
        key = cited.heading if cited.source == "decision" else cited.source
        self._cited.setdefault(key, []).append(cited)
        return list(self._cited).index(key) + 1

    def lines(self, today: date) -> tuple[SourceLine, ...]:
        return tuple(
            _line(number, key, cited, today)
            for number, (key, cited) in enumerate(self._cited.items(), start=1)
        )


def _line(number: int, key: str, cited: list[FindingSource], today: date) -> SourceLine:
    known = catalogue()
    if decision := known.decisions.get(key):
        decided = named(spelled(decision.decided))
        said = f"This diary’s own decision, not of a source. {decided}"
        return SourceLine(number, said, "", "")
    where = "; ".join(dict.fromkeys(f"“{one.heading}”" for one in cited))
    if source := known.sources.get(key):
        reviewed = f"Last reviewed {day(source.reviewed)}." if source.reviewed else NO_REVIEW_DATE
        said = f"{publisher(source)}, “{source.title}”, {source.country}. {reviewed}"
        return SourceLine(number, said, where, overdue(source, today))
    if label := known.labels.get(key):
        said = f"{label.publisher}, “{label.title}”. {basis_sentence('label')}"
        return SourceLine(number, said, where, "")
    kept = cited[0]  # no longer in the catalogue: as it was kept with the finding
    return SourceLine(number, f"{kept.publisher or key}, “{kept.title}”.", where, "")
