"""Short secrets that the diary must be able to read again, sealed with a key from SECRET_KEY."""

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"side-effect diary: sealed secrets, version 1"


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str | None:
    """Return the text, or None where it was sealed with another key or was tampered with."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


def hash_of(token: str) -> str:
    """Return what is kept of a long secret by chance, such as that of an address."""
    return hashlib.sha256(token.encode()).hexdigest()


def _box() -> MultiFernet:
    """Seals with SECRET_KEY; opens with the keys in SECRET_KEY_FALLBACKS too."""
    return MultiFernet(
        [_fernet(key) for key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]]
    )


@cache
def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
