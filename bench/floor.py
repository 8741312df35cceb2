"""The least that Django does for a page and for a saved row, with our settings: what `make bench`
compares our pages with. Its addresses exist only where `bench/speed.py` sets them."""

from uuid import uuid4

from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from config.urls import urlpatterns as ours

TEMPLATE = engines["django"].from_string("<!doctype html><title>Floor</title><p>{{ user }}</p>")


def floor(request: HttpRequest) -> HttpResponse:
    """Session, user, template."""
    return HttpResponse(TEMPLATE.render({}, request))


@csrf_exempt
def floor_post(request: HttpRequest) -> HttpResponse:
    """Session, user, one row that is on the disk."""
    str(request.user)
    with transaction.atomic():
        Session.objects.create(session_key=uuid4().hex, session_data="", expire_date=timezone.now())
    return redirect("floor")


urlpatterns = [path("floor/", floor, name="floor"), path("floor/post/", floor_post), *ours]
