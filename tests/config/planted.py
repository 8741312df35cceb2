"""The product's addresses, and some that are wrong on purpose: the walk must find each one."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from accounts.models import Patient
from config.urls import urlpatterns as real
from diary.models import CheckIn


def no_door(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Show a patient to anybody."""
    return HttpResponse(get_object_or_404(Patient, pk=patient_id).name)


def wrong_key(request: HttpRequest, patient_id: UUID, check_in_id: UUID) -> HttpResponse:
    """Look only at the check-in, so that a patient of one's own opens everybody's."""
    get_object_or_404(
        Patient.objects.filter(owner_id=request.session["_auth_user_id"]), pk=patient_id
    )
    note = get_object_or_404(CheckIn, pk=check_in_id).versions.get().note
    return HttpResponse(note)


def telltale(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Tell what is somebody else's from what does not exist."""
    return HttpResponse(status=403 if Patient.objects.filter(pk=patient_id).exists() else 404)


def writes_when_read(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    Patient.objects.filter(pk=patient_id).update(team_name=uuid4().hex)
    return HttpResponse(status=404)


@csrf_exempt
def takes_anything(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    return HttpResponse(status=204)


@login_not_required
def breaks(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    raise RuntimeError(request.POST.get("words", ""), request.GET.get("words", ""))


urlpatterns = [
    *real,
    path("p/<uuid:patient_id>/no-door/", no_door, name="no_door"),
    path("p/<uuid:patient_id>/wrong-key/<uuid:check_in_id>/", wrong_key, name="wrong_key"),
    path("p/<uuid:patient_id>/telltale/", telltale, name="telltale"),
    path("p/<uuid:patient_id>/writes/", writes_when_read, name="writes_when_read"),
    path("p/<uuid:patient_id>/takes/", takes_anything, name="takes_anything"),
    path("p/<uuid:patient_id>/breaks/", breaks, name="breaks"),
    path("undecided/", breaks, name="undecided"),
]
