"""What is handed over as data, decided once: JSON, CSV and FHIR only write it."""

from summary.records.read import records
from summary.records.shapes import Records

__all__ = ["Records", "records"]
