"""Numbers for whoever runs the diary, in the form that Prometheus reads: only where METRICS_PORT is
set, to this machine alone, on a port that no proxy leads to. No number is about anybody: a label is
the name of an address, a method or a kind of answer, never what somebody sent."""

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from django.db.models.signals import post_save
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import REGISTRY, Counter, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from config import daily_backups
from config.models import Mark
from config.readiness import free_part
from config.request_ids import method_of, page_of
from diary.models import Version
from reminders.models import Heartbeat, Message

logger = logging.getLogger(__name__)
LABELS = ("view", "method", "status")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
LATE = timedelta(minutes=5)
DAY = timedelta(days=1)
EVERY = 30  # seconds for which what the database said holds, however often it is scraped

REQUESTS = Histogram("diary_request_seconds", "Time to answer", LABELS, buckets=SECONDS)
ERRORS = Counter("diary_database_errors", "Requests that the database failed", ["view"])
SAVES = Counter("diary_saves", "Entries saved or corrected by this process")


class MetricsMiddleware:
    """Count and time each request: two lines of a dictionary. Not there at all where it is off."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = perf_counter()
        response = self.get_response(request)
        labels = (page_of(request), method_of(request), f"{response.status_code // 100}xx")
        REQUESTS.labels(*labels).observe(perf_counter() - begun)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, DatabaseError):
            ERRORS.labels(page_of(request)).inc()


class Facts(Collector):
    """What is asked of the database and the disk when somebody scrapes, seldom."""

    def __init__(self) -> None:
        self._lock, self._until, self._found = Lock(), 0.0, list[Metric]()

    def describe(self) -> list[Metric]:
        return []  # nothing is asked before somebody scrapes

    def collect(self) -> Iterator[Metric]:
        with self._lock:
            if perf_counter() >= self._until:
                self._found = _facts(datetime.now(UTC))
                self._until = perf_counter() + EVERY
            yield from self._found


def _facts(now: datetime) -> list[Metric]:
    """A database that does not answer leaves out what it alone knows."""
    found: list[Metric] = [_one("disk_free_ratio", "Part of the disk that is free", free_part())]
    try:
        states = GaugeMetricFamily(
            "diary_reminders", "Messages of the last 24 hours", labels=["state"]
        )
        recent = Message.objects.filter(at__gt=now - DAY, at__lte=now).order_by()
        for state, number in recent.values_list("state").annotate(Count("pk")):
            states.add_metric([state], number)
        late = Message.objects.claimable(now - LATE).count()
        beat = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
        made = Mark.objects.moment(daily_backups.MADE)
        found += [states, _one("reminders_late", "Messages that wait for 5 minutes", late)]
        found += _ages({"reminders_heartbeat": beat, "backup": made}, now)
    except DatabaseError:
        pass
    finally:
        connection.close()  # each scrape has a thread of its own
    return found


def _ages(moments: dict[str, datetime | None], now: datetime) -> list[Metric]:
    return [
        _one(f"{name}_age_seconds", "Seconds since the last one", (now - at).total_seconds())
        for name, at in moments.items()
        if at
    ]


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"diary_{name}", words, value=value)


def count_save(**_: Any) -> None:
    transaction.on_commit(SAVES.inc)


def start() -> None:
    """Serve the numbers to this machine. A port that is taken is in the log, and stops no page."""
    post_save.connect(count_save, sender=Version, dispatch_uid="metrics")
    REGISTRY.register(Facts())
    try:
        start_http_server(settings.METRICS_PORT, addr="127.0.0.1")
    except OSError as error:
        logger.error("METRICS_PORT is taken or refused (%s): nobody gets the numbers", error.errno)
