"""Which browser is tested and measured with."""

import os
import shutil

CHROMIUM = os.environ.get("CHROMIUM") or next(
    # The shell has no windows of its own, which halves the time of a journey.
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "google-chrome"))),
    None,
)
