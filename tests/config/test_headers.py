"""What every response carries, errors and static files included."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import clear_url_caches

from accounts.models import User
from tests.config.headers import faults_in
from tests.config.running import Server, prepare, run_in_django, serving
from tests.config.world import make_diary

LOG_IN = "/account/login/"
SECRET = "zqcanarysecret"


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def planted() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.config.planted"):
        yield
    clear_url_caches()


def test_a_public_page_carries_them(db: None, visitor: Client) -> None:
    assert faults_in(visitor.get("/urgent/").headers) == []


def test_an_unknown_page_carries_them(db: None, visitor: Client) -> None:
    answer = visitor.get(f"/{SECRET}/")
    assert answer.status_code == 404
    assert faults_in(answer.headers) == []
    assert SECRET not in answer.content.decode()


def test_an_unknown_host_carries_them(db: None, visitor: Client) -> None:
    answer = visitor.get("/urgent/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert faults_in(answer.headers) == []


def test_an_unknown_host_carries_them_where_http_is_sent_on(db: None) -> None:
    """Django's own security middleware raises here, before any other could add a header."""
    with override_settings(SECURE_SSL_REDIRECT=True):
        answer = Client(raise_request_exception=False).get(
            "/urgent/", headers={"Host": "elsewhere.example"}
        )
    assert answer.status_code == 400
    assert faults_in(answer.headers, stored=True) == []


def test_a_form_without_a_token_carries_them(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(LOG_IN, {"login": SECRET})
    assert answer.status_code == 403
    assert faults_in(answer.headers) == []
    assert SECRET not in answer.content.decode()


def test_what_a_reader_may_not_do_carries_them(
    owner: User, reader: User, patient: object, log_in: Callable[[User], Client]
) -> None:
    answer = log_in(reader).get(f"/p/{patient.pk}/sharing/")  # type: ignore[attr-defined]
    assert answer.status_code == 403
    assert faults_in(answer.headers) == []


def test_the_wrong_method_carries_them(db: None, visitor: Client) -> None:
    answer = visitor.post("/urgent/")
    assert answer.status_code == 405
    assert faults_in(answer.headers) == []


def test_too_many_attempts_carry_them(owner: User, log_in: Callable[[User], Client]) -> None:
    client, answer = log_in(owner), None
    for _ in range(12):
        answer = client.post("/join/", {"code": SECRET})
    assert answer is not None
    assert answer.status_code == 429
    assert faults_in(answer.headers) == []


def test_too_large_a_form_carries_them(db: None, visitor: Client) -> None:
    answer = visitor.post(LOG_IN, {"login": "x" * 1_100_000})
    assert answer.status_code == 400
    assert faults_in(answer.headers) == []


def test_a_broken_page_carries_them_and_tells_nothing(
    owner: User, visitor: Client, planted: None
) -> None:
    diary = make_diary(owner, "Ana")
    answer = visitor.post(f"/p/{diary.patient.pk}/breaks/?words={SECRET}", {"words": SECRET})
    assert answer.status_code == 500
    assert faults_in(answer.headers) == []
    page = answer.content.decode()
    assert SECRET not in page
    assert "Traceback" not in page
    assert "zqcanary" not in page
    assert "/urgent/" in page


def test_a_page_without_them_would_be_found() -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert len(faults_in(bare(HttpRequest()).headers)) > 8
    loose = HttpResponse(headers={"Content-Security-Policy": "default-src 'self' 'unsafe-inline'"})
    assert any(fault.startswith("Content-Security-Policy") for fault in faults_in(loose.headers))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The diary behind a proxy that brings HTTPS."""
    data = tmp_path_factory.mktemp("served")
    https = {"ORIGIN": "https://diary.example.org"}
    prepare(data)
    with serving(data, **https) as server:
        yield server


PROXIED = {"Host": "diary.example.org", "X_Forwarded_Proto": "https"}


def test_with_https_the_browser_is_told_to_stay_there(served: Server) -> None:
    status, headers, _ = served.get(LOG_IN, **PROXIED)
    assert status == 200, served.log.read_text()
    assert headers["Strict-Transport-Security"] == "max-age=63072000"
    assert faults_in(headers) == []


def test_with_https_cookies_are_bound_to_the_host(served: Server) -> None:
    cookie = served.get(LOG_IN, **PROXIED)[1]["Set-Cookie"]
    assert cookie.startswith("__Host-csrf=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= parts
    assert "Domain" not in cookie


def test_plain_http_is_sent_on_to_https(served: Server) -> None:
    status, headers, _ = served.get(LOG_IN, Host="diary.example.org")
    assert status == 301
    assert headers["Location"] == f"https://diary.example.org{LOG_IN}"
    assert faults_in(headers, stored=True) == []


def test_static_files_are_compressed_and_kept_for_ever(served: Server) -> None:
    page = served.get(LOG_IN, **PROXIED)[2].decode()
    path = next(part for part in page.split('"') if part.startswith("/static/diary."))
    status, headers, body = served.get(path, Accept_Encoding="br", **PROXIED)
    assert status == 200
    assert headers["Content-Encoding"] == "br"
    assert "immutable" in headers["Cache-Control"]
    assert "max-age=315360000" in headers["Cache-Control"]
    assert faults_in(headers, stored=True) == []
    assert 0 < len(body) < 20_000


def test_the_session_cookie_is_bound_to_the_host_too(tmp_path: Path) -> None:
    code = (
        "from django.conf import settings; import json; print(json.dumps([settings.{}, "
        "settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY, "
        "settings.SESSION_COOKIE_SAMESITE, settings.SESSION_COOKIE_DOMAIN]))"
    ).format("SESSION_COOKIE_NAME")
    https = json.loads(run_in_django(tmp_path, code, ORIGIN="https://diary.example.org"))
    assert https == ["__Host-session", True, True, "Lax", None]
    local = json.loads(run_in_django(tmp_path, code))
    assert local == ["session", False, True, "Lax", None]


def test_no_word_of_the_diary_is_in_a_cookie(owner: User, log_in: Callable[[User], Client]) -> None:
    client = log_in(owner)
    answer = client.post("/me/", {"name": SECRET})
    assert answer.status_code == 302
    assert set(client.cookies) <= {"session", "csrf"}
    assert SECRET not in client.cookies.output()
    assert "Saved." in client.get("/me/").content.decode()
