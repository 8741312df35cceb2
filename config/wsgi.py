"""The door for the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.checks import refuse_unsafe_database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
refuse_unsafe_database()
get_resolver().url_patterns  # noqa: B018 (reads the views, and all that they import)
# All this stays until the end. Looking through it for garbage would stop a page for a tenth of a
# second, now and then.
gc.collect()
gc.freeze()
