"""Every setting, read from the environment and safe by default. docs/deploy.md lists the names."""

import tomllib
from pathlib import Path

from config.cache import caches
from config.databases import databases
from config.environment import LOCAL_HOSTS, choice, env, number, origin, secret_key
from config.headers import CONTENT_SECURITY_POLICY, PERMISSIONS_POLICY  # noqa: F401 (Django reads them)
from config.logs import logging_of

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
DATA_DIR = Path(env("DATA_DIR", str(BASE_DIR / "data")))

# One setting switches everything that depends on HTTPS.
_origin = origin(env("ORIGIN", f"http://localhost:{number('PORT', '8000')}"))
ORIGIN = _origin.geturl()
HTTPS = _origin.scheme == "https"

DEBUG = False
SECRET_KEY = secret_key(DATA_DIR / "secret-key")
ALLOWED_HOSTS = [_origin.hostname or "localhost"] if HTTPS else LOCAL_HOSTS

INSTALLED_APPS = [
    "config",
    "therapies",
    "accounts",
    "diary",
    "summary",
    "reminders",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "crispy_forms",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "config.request_ids.RequestIdMiddleware",
    "config.headers.FixedHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.health.HealthMiddleware",
    "config.proxy.HttpsBehindProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.compression.CompressionMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "config.maintenance.MaintenanceMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.access.LoginRequiredMiddleware",
    "accounts.countries.forget_the_clock",
    "accounts.memory.request_memory",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "summary.erasure.rounds.erasure_rounds",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.templates.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.sign_up.sign_up_context",
                "diary.care_card.strip.strip_context",
                "reminders.page.reminder_context",
            ],
            "builtins": ["therapies.templatetags.spelling", "accounts.addresses"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("plain",)
CRISPY_TEMPLATE_PACK = "plain"
CRISPY_FAIL_SILENTLY = False

# Unset: SQLite in DATA_DIR.
DATABASES = databases(DATA_DIR, env("DATABASE_URL"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = caches(env("CACHE_URL"))

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "British English"), ("en-us", "American English")]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site has a use for them
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.finders.MadeFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.ShortStaticFilesStorage"},
}

# Who is who.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "config.passwords.PasswordRules"}]
# Unset: open until the first account exists, then only for those who hold an invitation code.
SIGN_UP = choice("SIGN_UP", ("closed", "invited", "open"))
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.sign_up.SignUpForm"
ACCOUNT_FORMS = {"login": "accounts.forms.LogInForm", "signup": "accounts.forms.NewAccountForm"}
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60  # seconds; somebody may have to read it out
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60  # seconds for which a typed password counts
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _origin.scheme
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_device": "5/5m/key",  # a device that logged in before
    "join": "10/m/ip,10/5m/user",
    "import": "10/5m/user",  # reading a whole diary takes seconds and memory
    "join_new": "10/m/ip",
}
# Behind the one proxy that brings HTTPS; without it all visitors would share one limit.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Diary"
MFA_TOTP_TOLERANCE = 1  # phones and servers are seldom in step to the second
MFA_FORMS = {"add_webauthn": "accounts.forms.AddPasskeyForm"}
MFA_ADAPTER = "accounts.adapters.SealedMFAAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = False

# E-mail: without a server nothing is sent, no code stands in a log, and addresses stay unverified.
EMAIL_HOST = env("EMAIL_HOST")
EMAIL_PORT = number("EMAIL_PORT", "587")
EMAIL_HOST_USER = env("EMAIL_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_PASSWORD")
EMAIL_USE_TLS = env("EMAIL_TLS", "1") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", f"diary@{_origin.hostname}")
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.dummy.EmailBackend"
)
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if EMAIL_HOST else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = bool(EMAIL_HOST)
# Two-step log-in must also be possible where no address can be verified.
MFA_ALLOW_UNVERIFIED_EMAIL = not EMAIL_HOST

SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
# Other names under this one may not have https, and a preload can hardly be taken back: both only
# where they are asked for, so that the checks which ask for them say nothing.
HSTS = choice("HSTS", ("host", "subdomains", "preload"))
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and HSTS in ("subdomains", "preload")
SECURE_HSTS_PRELOAD = HTTPS and HSTS == "preload"
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "device"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.proxy.form_refused"
# The country chosen on the page of urgent help.
COUNTRY_COOKIE_NAME = "__Host-country" if HTTPS else "country"
# Messages name people ("Saved for Ana"), so they stay out of cookies.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60  # on one's own device, from its last use
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["config.uploads.InMemoryOnlyHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 20_000_000  # the largest photo that is taken in

# Logs say what failed and where, never what somebody wrote.
LOGS = choice("LOGS", ("plain", "json"))
LOGGING = logging_of("django", form=LOGS)

# From which age a child's diary is their own (accounts/majority.py); 0: never.
COMES_OF_AGE = int(choice("COMES_OF_AGE", ("0", *map(str, range(10, 26)))) or "16")

# After how many years without an entry `manage.py retention` lets a diary go; 0: never.
RETENTION_YEARS = number("RETENTION_YEARS", "0", least=0)

# Where reminders are sent: by this server, or by `manage.py send_reminders`.
REMINDERS = choice("REMINDERS", ("here", "elsewhere")) or "here"
# A folder; where it is set, a backup is made each night (config/daily_backups.py).
BACKUPS = env("BACKUPS")
# A port on 127.0.0.1 for Prometheus (config/metrics.py); unset, nothing is counted.
METRICS_PORT = number("METRICS_PORT", "0", least=0)
if METRICS_PORT:
    MIDDLEWARE.insert(1, "config.metrics.MetricsMiddleware")

# In a process of their own (summary/workshop.py); in place only where that could not see the rows.
FILES_IN_PLACE = False
