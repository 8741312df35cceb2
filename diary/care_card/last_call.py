"""When somebody was last reached about an entry, for the list of people."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import PatientQuerySet
from diary.core.days import DAY
from diary.models import Call


def with_last_told(patients: PatientQuerySet) -> PatientQuerySet:
    """Ask, together with the patients, when a call about any entry was last answered; what is older
    than two days is in History."""
    since = timezone.now() - 2 * DAY
    reached = Call.objects.filter(outcome=Call.Outcome.REACHED, at__gt=since)
    mine = reached.filter(check_in__patient=OuterRef("pk"))
    return patients.annotate(last_told=Subquery(mine.order_by("-at").values("at")[:1]))
