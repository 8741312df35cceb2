"""Where allauth meets the diary."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    pass


class SealedMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    pass
