"""Questions for the next appointment."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import UserRequest, patient_for
from accounts.parts import render_page
from diary.actions.questions import ask, tick
from diary.forms.own import QuestionForm
from diary.views.form_page import typed


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: UserRequest, patient_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=request.method == "POST")
    form = QuestionForm(typed(request))
    if form.is_valid():
        ask(patient, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, f"Your question for {patient.name}’s next appointment is kept.")
        return redirect("questions", patient.pk)
    every = list(patient.questions.select_related("by"))
    context = {
        "patient": patient,
        "form": form,
        "open": [q for q in every if q.answered is None],
        "answered": [q for q in every if q.answered is not None],
    }
    return render_page(request, "diary/questions.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def question_tick(request: UserRequest, patient_id: UUID, question_id: UUID) -> HttpResponse:
    patient = patient_for(request.user, patient_id, write=True)
    question = get_object_or_404(patient.questions, pk=question_id)
    tick(question, is_answered="answered" in request.POST, by=request.user)
    return redirect("questions", patient.pk)
