"""Which entries still ask to call, by the database alone: a second way to the answer that the
product works out from the rows it has read (`diary.check_ins.follow_up`)."""

from diary.models import Call, CheckIn, CheckInQuerySet, Finding
from diary.models.check_ins import ANSWERED, _urgent_without, _worse_without
from diary.models.threads import Fever, told_elsewhere
from therapies.catalogue import catalogue

COLUMNS = (
    "pk",
    "found",
    "version__check_in",
    "version__check_in__patient",
    "version__check_in__at",
    "version__fever_line_c",
    "version__reports__temperature",
    "version__reports__unit",
)


def still_open(check_ins: CheckInQuerySet) -> CheckInQuerySet:
    """Return those with an urgent finding after which nobody was reached, and which no person has
    closed. A fever is answered by a call about a later reading of it, too."""
    followed = CheckIn.objects.followed().values("pk")
    thermometer = catalogue().thermometer
    rows = Finding.objects.filter(
        level="urgent",
        symptom=thermometer,
        version__reports__symptom=thermometer,
        version__check_in__in=followed,
    )
    fevers = [f for row in rows.values_list(*COLUMNS) if (f := Fever(*row)).is_fever]
    told = told_elsewhere(fevers, Call.objects.filter(outcome="reached", check_in__in=followed))
    answered = [f.finding for f in fevers if f.is_told(told.get(f.check_in))]
    urgent = _urgent_without(ANSWERED).exclude(pk__in=answered)
    return check_ins._among(urgent, _worse_without(ANSWERED))
