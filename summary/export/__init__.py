"""What is handed over as data, decided once: JSON, CSV and FHIR only write it."""

from summary.export.read import records
from summary.export.shapes import Records

__all__ = ["Records", "records"]
