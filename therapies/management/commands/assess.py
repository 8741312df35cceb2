"""Judge worked cases from a CSV file with the very rules that serve the page."""

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from therapies.cases import CaseError, as_json, read_case
from therapies.catalogue import catalogue
from therapies.urgency import assess

COLUMNS = {"id", "therapies_json", "symptoms_json"}


class Command(BaseCommand):
    help = "Read cases from a CSV file, or from standard input (-), and print one answer a line."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a CSV file with id, therapies_json, symptoms_json; or -")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["file"] == "-":
            self._answer(sys.stdin)
            return
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            self._answer(file)

    def _answer(self, file: TextIO) -> None:
        failed = False
        for answer in answers(file):
            failed = failed or "error" in answer
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if failed:
            sys.exit(1)


def answers(file: TextIO) -> Iterator[dict[str, Any]]:
    """Yield one answer for each case; a case that cannot be read yields its error instead."""
    rows = csv.DictReader(file)
    missing = COLUMNS - set(rows.fieldnames or ())
    if missing:
        raise CommandError(f"The file has no column {', '.join(sorted(missing))}.")
    rules = catalogue().rules
    for row in rows:
        try:
            case = read_case(row)
            found = assess(
                case.reports, case.standings, rules=rules, fever_from_c=case.fever_from_c
            )
            yield {"id": row["id"], **as_json(found)}
        except CaseError as fault:
            yield {"id": row["id"], "line": rows.line_num, "error": str(fault)}
