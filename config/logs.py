"""Keeps health data out of the logs."""

import logging
import re

# Ids in paths are unguessable, but a log line with one would still tie a person to a moment.
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class NoHealthData(logging.Filter):
    """Leave the kind of error and where it happened; drop messages, values, query strings and ids."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = ID.sub("…", record.getMessage()).split("?", 1)[0]
        if record.exc_info and record.exc_info[0] is not None:
            message = f"{message}: {record.exc_info[0].__name__}{_where(record)}"
        record.msg, record.args, record.exc_info, record.exc_text = message, (), None, None
        return True


def _where(record: logging.LogRecord) -> str:
    """Return the files and lines of a traceback, without the values an error message may carry."""
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " at " + " > ".join(places) if places else ""
