"""The page of the summary, parsed back: every fact of the database stands in it, as text."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Patient, User
from diary.appointments.periods import latest_day
from diary.core.days import local_day
from diary.core.words import reading_words, span_words
from diary.history.timeline import gaps, timeline
from diary.models import Call, CheckIn, Version
from tests.summary.whole import PAYLOADS, live, undone

LogIn = Callable[[User], Client]
DAYS = 30
SCRIPT = "<script>alert(1)</script>"


class Text(HTMLParser):
    """The text of a page, and the names of the elements it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def __contains__(self, words: str) -> bool:
        return bare(words) in bare("".join(self.said))


def bare(words: str) -> str:
    """Spaces and line ends are the layout's."""
    return re.sub(r"\s+", "", html.unescape(words))


def typed(patient: Patient) -> list[str]:
    """Return each reading of each check-in once, unless it changed in between."""
    found = []
    for check_in in patient.check_ins.all():
        before = None
        for version in check_in.versions.order_by("number"):
            report = version.reports.filter(answer="reading").first()
            now = reading_words(report.temperature, report.unit) if report else None
            found += [now] if now and now != before else []
            before = now
    return found


@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), other=st.sampled_from(PAYLOADS))
def test_every_fact_of_the_database_stands_on_the_page_as_text(
    patient: Patient, owner: User, writer: User, log_in: LogIn, seed: int, other: str
) -> None:
    with undone():
        client = log_in(owner)
        live(patient, [owner, writer], seed, (SCRIPT, other))
        page = client.get(f"{reverse('summary', args=[patient.pk])}?all=1").content.decode()
        text = Text(page.partition('<article class="sheet')[2].partition("</article>")[0])
        assert not text.tags & {"script", "img", "iframe", "style"}, "what was typed stays text"
        for version in Version.objects.exclude(reason=""):
            assert version.reason in text
        for check_in in CheckIn.objects.all():
            current = check_in.versions.order_by("-number")[0]
            assert current.note in text or current.kind == "removed"
        for call in Call.objects.filter(check_in__versions__findings__level="urgent"):
            assert call.advice in text
        assert all(question.text in text for question in patient.questions.filter(answered=None))
        for reading in typed(patient):
            assert reading in text
        # They may have moved here from where tomorrow has begun.
        last = latest_day(patient, local_day(timezone.now(), patient.tz))
        days = timeline(patient, last - timedelta(days=DAYS - 1), last)
        assert all(span_words(gap.first, gap.last) in text for gap in gaps(days.days))
