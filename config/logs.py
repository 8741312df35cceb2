"""Keeps health data out of the logs."""

import logging
import re
from pathlib import Path
from typing import Any

# What a message is filled with may be an address, an id, or somebody's words.
HOLE = re.compile(r"%(\(\w+\))?[-+ #0]*(\d+|\*)?(\.\d+)?[a-zA-Z]")


def logging_of(logger: str) -> dict[str, Any]:
    """Return the settings under which this logger, and all others, tell warnings on the console."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_health_data": {"()": "config.logs.NoHealthData"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["no_health_data"]}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {logger: {"handlers": ["console"], "level": "WARNING", "propagate": False}},
    }


class NoHealthData(logging.Filter):
    """Leave who logged it, the kind of error and where it happened; drop every value.

    A message without holes may have been filled in before it came here.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        parts = [f"{record.levelname} {record.name}:"]
        if record.args:
            parts.append(HOLE.sub("…", str(record.msg)))
        else:
            parts.append(f"message kept back, from {record.filename}:{record.lineno}")
        if status := getattr(record, "status_code", None):
            parts.append(f"[{status}]")
        # The name of the address that was asked for, never the address itself.
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match and match.view_name:
            parts.append(f"in {match.view_name}")
        if record.exc_info and record.exc_info[0] is not None:
            parts.append(record.exc_info[0].__name__ + _where(record))
        record.msg, record.args = " ".join(parts), ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _where(record: logging.LogRecord) -> str:
    """Return the places a traceback passed in the diary's own code, and the one where it ended,
    without the values that an error message may carry."""
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "site-packages" not in file.parts or trace.tb_next is None:
            places.append(f"{file.parent.name}/{file.name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " at " + " > ".join(places) if places else ""
