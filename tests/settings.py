"""The product's settings, with what a test run changes. It never opens the data of a real diary."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data = tempfile.mkdtemp(prefix="diary-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
Path(_data, "static").mkdir()
OPERATING = ("BACKUPS", "BACKUP_PASSPHRASE", "LOGS", "METRICS_PORT", "REMINDERS")
os.environ.update(DATA_DIR=_data, ORIGIN="http://localhost:8000", SECRET_KEY="for tests only " * 4)
for name in (
    "SECRET_KEY_FILE",
    "DATABASE_URL_FILE",
    "EMAIL_HOST",
    "EMAIL_HOST_FILE",
    "SIGN_UP",
    *OPERATING,
):
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Hashing a password well takes a while on purpose; hundreds of test users need not wait for it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"] == "config.sqlite":
    # The queue in front of the writer is for files; a test run has its database in memory.
    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA recursive_triggers=ON;",
    }
else:  # `make test-postgres`; test databases come and go, and a pool would hold on to them
    del DATABASES["default"]["OPTIONS"]["pool"]
    # What migrations make is checked in processes of their own (tests/config/test_postgresql.py).
    DATABASES["default"]["TEST"] = {"MIGRATE": False}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
FILES_IN_PLACE = True  # another process would not see what a test has not committed
