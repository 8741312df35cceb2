"""The one door: every page of a patient passes through here. What is not yours does not exist."""

from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import middleware
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from accounts import majority
from accounts.countries import COUNTRY
from accounts.models import WRITING, Patient, PatientQuerySet, Role, Share, User
from accounts.namesakes import Namesake, tell_apart
from accounts.statements import Columns, Part, Statement
from accounts.turns import TURN


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Django's own, but a page that anybody may open never looks up who is asking."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        """Lead to the log-in page, which says that nothing was saved where it answers a form. With
        a script the phone keeps what was typed; without one it would be gone without a word."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        page = _page_of_the_form(request) or request.get_full_path()
        return HttpResponseRedirect(
            f"{resolve_url(settings.LOGIN_URL)}?next={quote(page)}&unsaved=1"
        )


def _page_of_the_form(request: HttpRequest) -> str:
    """Return the page that the form stood on: its own address may show none, after logging in."""
    try:
        page = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return ""
    is_ours = page.netloc == request.get_host() and not page.path.startswith("//")
    return page.path if is_ours else ""


class UserRequest(HttpRequest):
    """The request as a view sees it: somebody is logged in, unless `login_not_required`."""

    user: User
    htmx: HtmxDetails
    patient: Patient | None  # whose page is drawn; set by render_page


def patient_for(
    user: Any,
    patient_id: UUID | str,
    *,
    write: bool = False,
    manage: bool = False,
    owner: bool = False,
    concerned: bool = False,
    end: bool = False,
) -> Patient:
    """Return the patient with what this user may do: `.may_write`, `.may_manage`, `.may_end` (the
    access of others), `.is_owner`, `.may_write_elsewhere`, `.has_neighbours`; and `.hides_notes`
    where the words of notes are kept from them.

    `concerned`: whoever keeps the diary, and whoever it is about. Raises Http404 for a stranger
    (the same as for a patient that does not exist, and for somebody whose access has ended), and
    PermissionDenied for a caregiver who may read but not do this.
    """
    if not isinstance(user, User):
        raise Http404
    rows = _open(UUID(str(patient_id)), user)
    patient: Patient = rows["patients"][0]
    COUNTRY.set(patient.country)
    TURN.set(TURN.get() or patient.pk)  # the diary of the address
    roles = {holder: (role, hides) for holder, role, hides, _ in rows["terms"]}
    role, hides_notes = roles.get(user.pk, ("", False))
    own = next((holder for holder, *_, is_patient in rows["terms"] if is_patient), None)
    # Of age and without a log-in of their own: nobody gives, takes along or deletes until then.
    is_limited = patient.is_of_age(timezone.now())
    patient.reader_id, patient.subject_id = user.pk, own
    patient.is_keeper = patient.owner_id == user.pk
    patient.is_owner = patient.is_keeper and not is_limited
    patient.may_write = patient.is_keeper or role in WRITING
    patient.may_manage = patient.is_owner or (role == Role.MANAGER and not is_limited)
    patient.may_end = patient.is_keeper or patient.may_manage
    patient.may_write_elsewhere = bool(rows["others"])
    patient.has_neighbours = bool(rows["names"])
    tell_apart(patient, (Namesake(*row) for row in rows["names"]))
    patient.hides_notes = bool(hides_notes) and not patient.is_keeper
    is_concerned = patient.is_keeper or patient.is_subject
    wanted = (
        (write, patient.may_write),
        (manage, patient.may_manage),
        (owner, patient.is_owner),
        (concerned, is_concerned),
        (end, patient.may_end),
    )
    if any(asked and not may for asked, may in wanted):
        raise PermissionDenied
    return patient


def _open(patient: UUID, user: User) -> dict[str, Any]:
    """Read what the door has to know, after the diary was handed over where that is due."""
    for _ in range(2):
        rows = _DOOR(patient=patient, user=user.pk, now=timezone.now())
        if not rows["patients"]:
            raise Http404
        has_log_in = any(is_patient for *_, is_patient in rows["terms"])
        if not has_log_in or not majority.hand_over_due(rows["patients"]):
            break
    return rows


def _door(patient: UUID, user: UUID, now: datetime) -> dict[str, Part]:
    terms = Share.objects.active(now).filter(Q(user=user) | Q(is_patient=True), patient=patient)
    return {
        "patients": Patient.objects.visible_to(user, now).filter(pk=patient),
        "terms": Columns(terms, ("user_id", "role", "without_notes", "is_patient")),
        "others": Columns(_others_of(user, patient, now), ("pk",)),
        "names": Columns(
            Patient.objects.visible_to(user, now).exclude(pk=patient), Namesake._fields
        ),
    }


_DOOR = Statement(_door)


def _others_of(user: User | UUID, patient: UUID, now: datetime | None = None) -> PatientQuerySet:
    writable = Patient.objects.writable_by(user, now).filter(erase_due__isnull=True)
    return writable.exclude(pk=patient)


def others_of(user: User, patient: Patient) -> PatientQuerySet:
    """Return the other diaries this person may write in, but for those that are to be deleted."""
    majority.hand_over_of(user)
    return _others_of(user, patient.pk)


def roles_given_by(user: User, patient: Patient) -> tuple[Role, ...]:
    """Return the roles that this user may give and change: the owner any, a manager those
    below their own, nobody else any; and nobody any while a patient who is of age has no log-in."""
    if patient.is_of_age(timezone.now()):
        return ()
    if patient.owner_id == user.pk:
        return tuple(Role)
    mine = Share.objects.active().filter(user=user, patient=patient, role=Role.MANAGER)
    return (Role.READER, Role.WRITER) if mine.exists() else ()


def roles_ended_by(user: User, patient: Patient) -> tuple[Role, ...]:
    """Return the roles that this user may end: those they may give. Whoever keeps the diary may end
    any, also while nobody gives any: somebody has to be able to shut out whoever does harm."""
    return tuple(Role) if patient.owner_id == user.pk else roles_given_by(user, patient)


def diaries_of(user: User) -> dict[str, bool]:
    """Return the id of every diary this user may open, and whether they may write in it."""
    majority.hand_over_of(user)
    writable = set(Patient.objects.writable_by(user).values_list("pk", flat=True))
    visible = Patient.objects.visible_to(user).values_list("pk", flat=True)
    return {str(patient_id): patient_id in writable for patient_id in visible}
