"""Keeps health data out of the logs."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# What a message is filled with may be an address, an id, or somebody's words.
HOLE = re.compile(r"%(\(\w+\))?[-+ #0]*(\d+|\*)?(\.\d+)?[a-zA-Z]")
# The id of the request that this thread answers (config/request_ids.py); empty in a worker.
REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
ACCESS = "config.request_ids"  # tells of each request


def logging_of(logger: str, *, form: str = "") -> dict[str, Any]:
    """Return the settings under which this logger, and all others, tell warnings on the console;
    in the form "json" one object a line, and one line for each request."""
    console = {"class": "logging.StreamHandler", "filters": ["no_health_data"]}
    if form == "json":
        console["formatter"] = "json"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_health_data": {"()": "config.logs.NoHealthData"}},
        "formatters": {"json": {"()": "config.logs.JsonLines"}},
        "handlers": {"console": console},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            logger: {"handlers": ["console"], "level": "WARNING", "propagate": False},
            ACCESS: {"level": "INFO"},
        },
    }


class NoHealthData(logging.Filter):
    """Leave who logged it, the kind of error and where it happened; drop every value.

    A message without holes may have been filled in before it came here.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        message = f"message kept back, from {record.filename}:{record.lineno}"
        if record.args:
            message = HOLE.sub("…", str(record.msg))
        parts, fields = [message], {}
        if status := getattr(record, "status_code", None):
            parts.append(f"[{status}]")
            fields["status"] = status
        # The name of the address that was asked for, never the address itself.
        request = getattr(record, "request", None)
        match = getattr(request, "resolver_match", None)
        if match and match.view_name:
            parts.append(f"in {match.view_name}")
            fields["view"] = match.view_name
        if record.exc_info and record.exc_info[0] is not None:
            parts.append(record.exc_info[0].__name__ + _where(record))
        fields |= getattr(record, "access", {}) if record.name == ACCESS else {}
        if asked := getattr(request, "request_id", "") or REQUEST_ID.get():
            fields["request"] = asked
        said = " ".join(parts)
        record.allowed = {"message": said, **fields}
        number = f" ({asked})" if asked else ""
        record.msg, record.args = f"{record.levelname} {record.name}: {said}{number}", ()
        record.exc_info = record.exc_text = record.stack_info = None
        return True


class JsonLines(logging.Formatter):
    """One object a line, of what NoHealthData let through and nothing else."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        known = {"time": at, "level": record.levelname, "logger": record.name}
        return json.dumps(known | getattr(record, "allowed", {}))


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
