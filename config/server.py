"""How gunicorn serves the diary: `gunicorn --config config/server.py config.wsgi`."""

from config.environment import env

bind = f"127.0.0.1:{env('PORT', '8000')}"
workers = 2
threads = 4
preload_app = True
umask = 0o077
# It would open a socket in the home folder, which nothing here uses.
control_socket_disable = True
# Addresses hold ids; there is no access log.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_health_data": {"()": "config.logs.NoHealthData"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["no_health_data"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False}
    },
}
