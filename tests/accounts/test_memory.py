"""What one request remembers: never longer than until something is written, never for another."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.http import HttpRequest, HttpResponse

from accounts.memory import remembered, request_memory
from accounts.models import User


def ask(view: Callable[[], object]) -> None:
    def answer(_request: HttpRequest) -> HttpResponse:
        view()
        return HttpResponse()

    request_memory(answer)(HttpRequest())


@pytest.fixture
def reads() -> list[int]:
    return []


def count(reads: list[int]) -> int:
    reads.append(1)
    return len(reads)


@pytest.mark.django_db
def test_it_is_read_once_in_a_request_and_anew_in_the_next(reads: list[int]) -> None:
    def view() -> None:
        assert remembered("key", lambda: count(reads)) == remembered("key", lambda: count(reads))
        remembered("another key", lambda: count(reads))

    ask(view)
    assert len(reads) == 2
    ask(view)
    assert len(reads) == 4


def test_outside_of_a_request_nothing_is_kept(reads: list[int]) -> None:
    remembered("key", lambda: count(reads))
    remembered("key", lambda: count(reads))
    assert len(reads) == 2


@pytest.mark.django_db
def test_whatever_is_written_is_read_anew(
    make_user: Callable[[str], User], reads: list[int]
) -> None:
    user = make_user("Dad")

    def view() -> None:
        remembered("key", lambda: count(reads))
        User.objects.filter(pk=user.pk).exists()
        remembered("key", lambda: count(reads))
        assert len(reads) == 1
        User.objects.filter(pk=user.pk).update(name="Daddy")
        remembered("key", lambda: count(reads))
        assert len(reads) == 2
        User.objects.bulk_create([User(email="new@example.org")])
        remembered("key", lambda: count(reads))
        assert len(reads) == 3
        user.delete()
        remembered("key", lambda: count(reads))
        assert len(reads) == 4

    ask(view)


@pytest.mark.django_db
def test_two_requests_at_once_share_nothing(reads: list[int]) -> None:
    def inner() -> None:
        ask(lambda: remembered("key", lambda: count(reads)))

    def view() -> None:
        remembered("key", lambda: count(reads))
        other = Thread(target=inner)
        other.start()
        other.join()
        remembered("key", lambda: count(reads))

    ask(view)
    assert len(reads) == 2
