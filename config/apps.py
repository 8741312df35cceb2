"""The house itself: checks and commands that know every app."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "config"
    verbose_name = "House"

    def ready(self) -> None:
        from config import checks  # noqa: F401  (registers them)
