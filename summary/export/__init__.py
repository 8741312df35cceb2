"""What is handed over as data, decided once: JSON, CSV and FHIR only write it (see ADR 0030)."""

from summary.export.read import Records, Row, records

__all__ = ["Records", "Row", "records"]
