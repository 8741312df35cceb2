"""When somebody was last reached about an entry, for the list of people."""

from django.db.models import OuterRef, Subquery

from accounts.models import PatientQuerySet
from diary.models import Call


def with_last_told(patients: PatientQuerySet) -> PatientQuerySet:
    """Ask, together with the patients, when a call about any entry was last answered."""
    mine = Call.objects.filter(check_in__patient=OuterRef("pk"), outcome=Call.Outcome.REACHED)
    return patients.annotate(last_told=Subquery(mine.order_by("-at").values("at")[:1]))
