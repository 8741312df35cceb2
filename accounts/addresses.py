"""The addresses of pages: each is put together once, and kept by the process.

Django tries the patterns anew for every `{% url %}`; a page of a patient has thirty to a hundred.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.urls import reverse

register = template.Library()


@register.simple_tag(name="url")
def address(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page, in place of Django's own tag."""
    return address_of(name, args, tuple(kwargs.items()))


@lru_cache(maxsize=16_384)
def address_of(name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...] = ()) -> str:
    return reverse(name, args=args, kwargs=dict(kwargs))
