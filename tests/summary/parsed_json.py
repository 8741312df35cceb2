"""The facts of a JSON file, to compare with those of the database."""

from collections import Counter, defaultdict
from typing import Any

from tests.summary.facts import COLUMNS, Facts, fact

Said = dict[str, Any]


class Parsed:
    def __init__(self, said: Said) -> None:
        self.names = {author["id"]: author["name"] for author in said["authors"]}
        self.facts: Facts = defaultdict(Counter)
        for check_in in said["check_ins"]:
            self._check_in(check_in)
        for course in said["courses"]:
            name = course["therapy"] or course["name"]
            self._add("course", course)
            self._each("cycle", course["cycles"], name)
            self._each("dose", course["doses"], name)
            self._each("hold", course["holds"], name)
            self._each("pump event", course["pump_events"], name)
        self._each("medicine", said["medicines"])
        self._each("weight", said["weights"])
        for appointment in said["appointments"]:
            self._add("appointment", appointment)
            self._each("appointment note", appointment["notes"], appointment["day"])
        for question in said["questions"]:
            self._add("question", question)
            self._each("answer to a question", question["answers"], question["text"])
        self._each("own symptom", said["own_symptoms"])
        self._each("contact", said["contacts"])
        self._each("look", said["looks"])

    def _check_in(self, check_in: Said) -> None:
        at = moment(check_in["at"])
        self._add("check-in", check_in)
        self._each("call", check_in["calls"], at)
        self._each("photo", check_in["photos"], at)
        for version in check_in["versions"]:
            key = (at, version["number"])
            self._add("version", version, at)
            self._each("finding", version["findings"], *key)
            for report in version["reports"]:
                is_reading = report["answer"] == "reading"
                self._add("reading" if is_reading else "answer", report, *key)

    def _each(self, kind: str, rows: list[Said], *above: Any) -> None:
        for row in rows:
            self._add(kind, row, *above)

    def _add(self, kind: str, row: Said, *above: Any) -> None:
        values = (self._value(name, row[name]) for name in COLUMNS[kind].split())
        self.facts[kind][fact(*above, *values)] += 1

    def _value(self, name: str, value: Any) -> Any:
        if name == "by":
            return self.names[value]
        return moment(value) if name in MOMENTS else value


MOMENTS = {
    "at",
    "received",
    "found",
    "created",
    "answered",
    "measure_at",
    "withdrawn",
    "recorded",
} | {
    "started",
    "ended",
    "taken_back",
    "written",
    "added",
}


def moment(value: str | None) -> str | None:
    """A moment in a fact ends in +00:00; a day has no hour, and stays."""
    return value.replace("Z", "+00:00") if value else value
