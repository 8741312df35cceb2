from django.apps import AppConfig


class TherapiesConfig(AppConfig):
    name = "therapies"

    def ready(self) -> None:
        """Refuse to start, by whatever command, where the catalogue has a fault."""
        from therapies import checks  # noqa: F401 (registers itself)
        from therapies.catalogue import catalogue

        catalogue()
