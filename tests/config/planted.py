"""The product's addresses, and some that are wrong on purpose: the walk must find each one."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import patient_for
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


def forgets_who_writes(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Ask only whether somebody may look, and take what they send."""
    patient = patient_for(request.user, patient_id)
    if request.method == "POST":
        Patient.objects.filter(pk=patient.pk).update(team_name=uuid4().hex)
    return HttpResponse("ok")


def forgets_the_end(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Let in whoever was ever given a share."""
    mine = Q(owner_id=request.user.pk) | Q(shares__user=request.user.pk)
    return HttpResponse(get_object_or_404(Patient.objects.filter(mine).distinct(), pk=patient_id))


def tells_in_a_header(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Answer what is not there as what is somebody else's, but for a header."""
    there = Patient.objects.filter(pk=patient_id).exists()
    return HttpResponse(status=404, headers={"X-Kind": "patient" if there else "none"})


@require_http_methods(["GET", "POST"])
def takes_every_column(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Store whatever is sent under the name of a column."""
    patient = patient_for(request.user, patient_id, write=True)
    if request.method == "POST":
        for name, value in request.POST.items():
            if name in ("team_name", "owner_id"):
                setattr(patient, name, value)
        patient.save()
    form = '<form method="post"><input name="team_name" value="Ward"></form>'
    return HttpResponse(form)


handler500 = "config.errors.server_error"
urlpatterns = [
    *real,
    path("p/<uuid:patient_id>/no-door/", no_door, name="no_door"),
    path("p/<uuid:patient_id>/wrong-key/<uuid:check_in_id>/", wrong_key, name="wrong_key"),
    path("p/<uuid:patient_id>/telltale/", telltale, name="telltale"),
    path("p/<uuid:patient_id>/writes/", writes_when_read, name="writes_when_read"),
    path("p/<uuid:patient_id>/takes/", takes_anything, name="takes_anything"),
    path("p/<uuid:patient_id>/breaks/", breaks, name="breaks"),
    path("undecided/", breaks, name="undecided"),
    path("p/<uuid:patient_id>/who-writes/", forgets_who_writes, name="forgets_who_writes"),
    path("p/<uuid:patient_id>/the-end/", forgets_the_end, name="forgets_the_end"),
    path("p/<uuid:patient_id>/header/", tells_in_a_header, name="tells_in_a_header"),
    path("p/<uuid:patient_id>/columns/", takes_every_column, name="takes_every_column"),
]
