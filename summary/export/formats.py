"""In which formats a diary can be taken out, and how a file of it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from accounts.models import Patient
from summary.export import Records, records
from summary.export.as_csv import as_csv, with_semicolons
from summary.export.as_json import as_json
from summary.export.fhir.bundle import as_fhir

SCHEMA = Path(__file__).with_name("diary.schema.json")  # of the JSON


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a diary down as data; `url` is the name of the address that sends it."""

    url: str
    name: str
    words: str
    ending: str
    content_type: str
    write: Callable[[Records], bytes]

    def file(self, patient: Patient, first: date | None, last: date | None) -> bytes:
        return self.write(records(patient, first, last))

    def file_name(self, today: date, mark: str) -> str:
        """Return a name that says neither whose diary it is nor what is in it."""
        return f"diary-{mark}-{today.isoformat()}.{self.ending}"


FORMATS = (
    Format(
        url="records_json",
        name="JSON",
        words="As it is kept, but for the pictures of photos. This diary can read it back in.",
        ending="json",
        content_type="application/json",
        write=as_json,
    ),
    Format(
        url="records_csv",
        name="CSV",
        words="Everything as tables for a spreadsheet, with a dictionary of their columns.",
        ending="csv.zip",
        content_type="application/zip",
        write=as_csv,
    ),
    Format(
        url="records_csv_semicolons",
        name="CSV with semicolons",
        words="The same tables for a spreadsheet that writes 38,4 and puts ; between columns.",
        ending="semicolons.csv.zip",
        content_type="application/zip",
        write=with_semicolons,
    ),
    Format(
        url="records_fhir",
        name="FHIR",
        words="Treatment, check-ins, findings and calls, for a hospital’s computer (FHIR R4).",
        ending="fhir.json",
        content_type="application/fhir+json",
        write=as_fhir,
    ),
)
