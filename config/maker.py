"""What the process behind the files has ready: all code, and no connection to the database."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import config.urls  # noqa: E402, F401 (with every view, and what those need)
