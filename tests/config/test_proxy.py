"""A proxy, an address or a port that is set up wrongly is told by its cause, in one sentence."""

import json
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from config.environment import origin
from tests.config.headers import faults_in
from tests.config.running import (
    ROOT,
    SERVE,
    Server,
    manage,
    prepare,
    run_in_django,
    serving,
    surroundings,
)

LOG_IN = "/account/login/"
HTTPS = {"ORIGIN": "https://diary.example.org"}
HOST = {"Host": "diary.example.org"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("proxied")
    prepare(data)
    with serving(data, **HTTPS) as server:
        yield server


@pytest.mark.parametrize("sign", [{"Sec_Fetch_Mode": "navigate"}, {"Cookie": "__Host-csrf=x"}])
def test_a_proxy_that_hides_https_gives_a_page_and_no_endless_redirect(
    served: Server, sign: dict[str, str]
) -> None:
    status, headers, body = served.get(LOG_IN, **HOST, **sign)
    assert status == 500
    assert "X-Forwarded-Proto: https" in body.decode()
    assert faults_in(headers) == []
    assert "X-Forwarded-Proto: https did not arrive" in served.log.read_text()
    assert served.get(LOG_IN, **HOST, **sign, X_Forwarded_Proto="https")[0] == 200


def test_plain_http_is_still_sent_on(served: Server) -> None:
    assert served.get(LOG_IN, **HOST)[0] == 301


@pytest.mark.parametrize("sent", [{"Origin": "null"}, {}])
def test_a_form_without_a_sender_names_the_referrer_policy(
    served: Server, sent: dict[str, str]
) -> None:
    secure = {"X-Forwarded-Proto": "https", **HOST}
    page = f"http://127.0.0.1:{served.port}{LOG_IN}"
    with urllib.request.urlopen(urllib.request.Request(page, headers=secure)) as answer:
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    request = urllib.request.Request(page, b"a=b", {**secure, **sent, "Cookie": cookie})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)  # noqa: S310
    with refused.value as error:
        assert error.code == 403
        assert "Referrer-Policy: no-referrer" in error.read().decode()
    assert "Does the proxy send Referrer-Policy: no-referrer?" in served.log.read_text()


def test_a_form_of_another_address_names_origin(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(
        LOG_IN, {"a": "b"}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert b"The diary is set up for http://localhost:8000" in answer.content


def test_a_form_without_a_token_gets_the_page_it_always_got(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post(LOG_IN, {"a": "b"})
    assert answer.status_code == 403
    assert b"Send it again" in answer.content


@pytest.mark.parametrize(
    "address",
    [
        "https://diary.example.org/diary",
        "https://diary.example.org,https://other.example",
        "https://diary.example.org https://other.example",
        "https://",
        "https:///diary",
        "diary.example.org",
        "//diary.example.org",
        "ftp://diary.example.org",
        "https://me@diary.example.org",
        "https://diary.example.org:port",
        "https://diary.example.org?x=1",
        "https://diary.example.org#x",
        "https://*.example.org",
    ],
)
def test_an_origin_that_is_no_single_address_is_refused(address: str) -> None:
    with pytest.raises(SystemExit, match="it has to be one address without a path"):
        origin(address)


@pytest.mark.parametrize(
    "address",
    ["https://diary.example.org/", "https://Diary.example.org:8443", "http://127.0.0.1:1"],
)
def test_a_plain_origin_is_taken(address: str) -> None:
    assert origin(address).hostname


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "ORIGIN",
            "https://a.example/diary",
            "it has to be one address without a path, such as https://diary.example.org",
        ),
        ("PORT", "http", "it has to be a number from 1 to 65535"),
        ("EMAIL_PORT", "70000", "it has to be a number from 1 to 65535"),
        ("HSTS", "all", "it has to be host, subdomains or preload"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_one_sentence(
    tmp_path: Path, name: str, value: str, words: str
) -> None:
    done = manage(tmp_path, "check", **{name: value})
    assert done.returncode == 1
    assert done.stderr == f"{name} is {value}: {words}.\n"


def test_a_busy_port_is_told_in_one_line(tmp_path: Path) -> None:
    prepare(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            SERVE,
            cwd=ROOT,
            env=surroundings(tmp_path, PORT=str(port)),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert done.stdout + done.stderr == (
        f"Port {port} is taken by another program. Is the diary running already? Another port: "
        "PORT=8080 make serve\n"
    )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, [False, False]),
        ({"HSTS": "subdomains"}, [True, False]),
        ({"HSTS": "preload"}, [True, True]),
    ],
)
def test_https_binds_other_names_only_where_that_is_asked_for(
    tmp_path: Path, asked: dict[str, str], words: list[bool]
) -> None:
    code = (
        "from django.conf import settings as s; import json; "
        "print(json.dumps([s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_HSTS_PRELOAD]))"
    )
    assert json.loads(run_in_django(tmp_path, code, **HTTPS, **asked)) == words
