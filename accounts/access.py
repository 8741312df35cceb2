"""The one door: every page of a patient passes through here. What is not yours does not exist."""

from typing import Any
from uuid import UUID

from django.contrib.auth import middleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django_htmx.middleware import HtmxDetails

from accounts.countries import COUNTRY
from accounts.models import Patient, Role, Share, User


class LoginRequiredMiddleware(middleware.LoginRequiredMiddleware):
    """Django's own, but a page that anybody may open never looks up who is asking."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class UserRequest(HttpRequest):
    """The request as a view sees it: somebody is logged in, unless `login_not_required`."""

    user: User
    htmx: HtmxDetails
    patient: Patient | None  # whose page is drawn; set by render_page


def patient_for(
    user: Any, patient_id: UUID | str, *, write: bool = False, owner: bool = False
) -> Patient:
    """Return the patient with `.may_write` and `.is_owner` set for this user.

    Raises Http404 for a stranger (the same as for a patient that does not exist), and
    PermissionDenied for a caregiver who may read but not do this.
    """
    if not isinstance(user, User):
        raise Http404
    patient = Patient.objects.visible_to(user).filter(pk=patient_id).first()
    if patient is None:
        raise Http404
    COUNTRY.set(patient.country)
    patient.is_owner = patient.owner_id == user.pk
    patient.may_write = patient.is_owner or _is_writer(user, patient)
    if (write and not patient.may_write) or (owner and not patient.is_owner):
        raise PermissionDenied
    return patient


def _is_writer(user: User, patient: Patient) -> bool:
    return Share.objects.active().filter(user=user, patient=patient, role=Role.WRITER).exists()


def diaries_of(user: User) -> dict[str, bool]:
    """Return the id of every diary this user may open, and whether they may write in it."""
    writable = set(Patient.objects.writable_by(user).values_list("pk", flat=True))
    visible = Patient.objects.visible_to(user).values_list("pk", flat=True)
    return {str(patient_id): patient_id in writable for patient_id in visible}
