"""How static files are stored: without comments and spare white space, named by what is in them,
and compressed once. What is edited stays as it is."""

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

SHORTEN: dict[str, Callable[[str], str]] = {}
try:
    from rcssmin import cssmin
    from rjsmin import jsmin
except ImportError:  # no wheels beside Linux; there the files are served as they are edited
    pass
else:
    SHORTEN = {".css": cssmin, ".js": jsmin}


class ShortStaticFilesStorage(CompressedManifestStaticFilesStorage):
    @cached_property
    def _addresses(self) -> dict[str, str]:
        return {}

    def url(self, name: Any, force: bool = False) -> str:  # noqa: FBT001, FBT002 (Django's)
        """Return the address, which the manifest fixes for as long as the process runs."""
        if name not in self._addresses:
            self._addresses[name] = super().url(name, force)
        return self._addresses[name]

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        if not options.get("dry_run"):
            for path in paths:
                self._shorten(Path(self.path(path)))
            # Hashed and compressed is the short copy, not the file that was edited.
            paths = {path: (self, path) for path in paths}
        yield from super().post_process(paths, *args, **options)  # type: ignore[no-untyped-call]

    def _shorten(self, file: Path) -> None:
        shorten = SHORTEN.get(file.suffix)
        if shorten and ".min" not in file.suffixes:
            file.write_text(shorten(file.read_text(encoding="utf-8")), encoding="utf-8")
