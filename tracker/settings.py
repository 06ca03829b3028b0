"""Every setting of the service; the environment is read here, at the top, and nowhere else."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from tracker.database import settings_from
from tracker.limits import limit_from, proxies_from, whole_from
from tracker.sign_in import duties_from, providers_from

BASE_DIR = Path(__file__).resolve().parent.parent


def _required(name: str, hint: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {hint}")
    return value


def _flag(name: str) -> bool:
    value = os.environ.get(name, "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


DATABASE_URL = _required("DATABASE_URL", "./dev sets it to the embedded PostgreSQL; elsewhere give a libpq URI.")
SECRET_KEY = _required("SECRET_KEY", "./dev makes one; elsewhere give 50 or more random characters.")
DEBUG = _flag("DEBUG")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
CSRF_FAILURE_VIEW = "measures.api.problems.forbidden"
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]
BEHIND_TLS = _flag("BEHIND_TLS")
PUBLIC_READING = not _flag("CLOSED_TO_ANONYMOUS")
# Requests/seconds by the address of who is not signed in, by person, and wrong credentials by address; 0 is no limit.
LIMITS = {
    "anonymous": limit_from("LIMIT_ANONYMOUS", os.environ.get("LIMIT_ANONYMOUS", "1000/10")),
    "read": limit_from("LIMIT_READ", os.environ.get("LIMIT_READ", "2000/10")),
    "write": limit_from("LIMIT_WRITE", os.environ.get("LIMIT_WRITE", "500/10")),
    "sign-in": limit_from("LIMIT_SIGN_IN", os.environ.get("LIMIT_SIGN_IN", "100/600")),
}
# Wrong passwords and codes/seconds by account, after which it takes none until the seconds have passed; 0 never locks.
LOCKOUT = limit_from("LIMIT_ACCOUNT", os.environ.get("LIMIT_ACCOUNT", "10/900"))
# Whoever holds one of these duties has to have a second factor (TOTP) to do anything under it in a browser.
SECOND_FACTOR_DUTIES = duties_from(
    os.environ.get("SECOND_FACTOR_DUTIES", "coordinator,administrator,approver" if BEHIND_TLS else "")
)
# The identity provider (OpenID Connect) that people may sign in with as well; all or none of it.
SOCIALACCOUNT_PROVIDERS = providers_from(
    issuer=os.environ.get("OIDC_ISSUER", ""),
    client_id=os.environ.get("OIDC_CLIENT_ID", ""),
    secret=os.environ.get("OIDC_CLIENT_SECRET", ""),
    name=os.environ.get("OIDC_NAME", ""),
)
# How many MiB of answers each process keeps; 0 keeps none, and unchanged ones are still answered 304.
RESPONSE_CACHE_MB = whole_from("RESPONSE_CACHE_MB", os.environ.get("RESPONSE_CACHE_MB", "32"))
# Whose log it is, in every checkpoint, and the folder of the key that signs them, which is none of the database's.
LOG_ORIGIN = os.environ.get("LOG_ORIGIN") or "measure-tracker"
if not LOG_ORIGIN.isprintable() or set(LOG_ORIGIN) & set(" +"):
    raise ImproperlyConfigured("LOG_ORIGIN must be a name without spaces and plus signs, such as tracker.example.go.jp")
LOG_KEY_DIR = Path(os.environ.get("LOG_KEY_DIR") or BASE_DIR / (os.environ.get("DATA_DIR") or ".data") / "keys")
# Where people reach the service, for the links in mails, and from which hour of the Japanese day on it mails.
PUBLIC_URL = os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or '8000'}"
MAIL_FROM_HOUR = whole_from("MAIL_FROM_HOUR", os.environ.get("MAIL_FROM_HOUR", "8"))
if MAIL_FROM_HOUR > 23:
    raise ImproperlyConfigured("MAIL_FROM_HOUR must be an hour from 0 to 23.")
# Without a mail server each mail is a file of its own in MAIL_DIR: printed, they would bury what else a terminal says.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = Path(os.environ.get("MAIL_DIR") or BASE_DIR / (os.environ.get("DATA_DIR") or ".data") / "mail")
EMAIL_PORT = whole_from("EMAIL_PORT", os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _flag("EMAIL_USE_TLS")
# Less than how long a worker has a mail to itself.
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("MAIL_FROM") or "measure-tracker@localhost"
# Where the files of evidence lie, by their sha256: they belong into a backup with the database.
EVIDENCE_DIR = Path(os.environ.get("EVIDENCE_DIR") or BASE_DIR / (os.environ.get("DATA_DIR") or ".data") / "evidence")
TRUSTED_PROXIES = proxies_from(os.environ.get("TRUSTED_PROXIES", ""))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "pgtrigger",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "measures",
]
MIDDLEWARE = [
    "measures.api.edge.RequestIdMiddleware",
    "measures.web.policy.PagePolicyMiddleware",
    "measures.web.refusals.RefusalPages",
    "measures.api.edge.BodySizeMiddleware",
    "measures.api.limits.LimitMiddleware",
    "measures.api.gate.GateMiddleware",
    "measures.api.edge.ValidatorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "measures.api.leaks.LeakMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "measures.web.sign_in_sessions.UseMiddleware",
    "measures.web.sign_in_factors.FactorFirstMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
APPEND_SLASH = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "measures.web.frame.frame",
            ]
        },
    }
]

DATABASES = {"default": settings_from(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
PGTRIGGER_MIGRATIONS = True
# One of allauth's own would rewrite everyone's mail address, without an event.
MIGRATION_MODULES = {"account": "tracker.account_migrations"}

AUTH_USER_MODEL = "measures.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# What is encrypted under a key made of an earlier one can still be read.
SECRET_KEY_FALLBACKS = os.environ.get("SECRET_KEY_FALLBACKS", "").split()
MFA_ADAPTER = "measures.operations.sign_in_secrets.Adapter"
SOCIALACCOUNT_ADAPTER = "measures.web.sign_in_provider.Adapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
MFA_TOTP_ISSUER = "Measure Tracker"
# A clock may be off by so many steps of 30 seconds.
MFA_TOTP_TOLERANCE = 1
LOGIN_URL = "/login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DEFAULT_EXCEPTION_REPORTER_FILTER = "measures.api.leaks.NoLocals"

LANGUAGE_CODE = os.environ.get("DEFAULT_LANGUAGE", "ja")
LANGUAGES = [("ja", "日本語"), ("en", "English")]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True

# Files of pages are served by the application itself, as they lie in the packages: no copy to make, no CDN to ask.
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
# Every address of one names its content, so that it may be kept for a year.
WHITENOISE_MAX_AGE = 31_536_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "measures.web.assets.NamedByContent"},
}
# A page runs, shows, asks and sends nothing but what is this server's; nothing in it is a script or a style.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

MAX_BODY_BYTES = 1024 * 1024
# A file of evidence is streamed to the disk, and has a limit of its own.
MAX_FILE_BYTES = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "measures.api.authentication.TokenAuthentication",
        "measures.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["measures.api.permissions.MayRead"],
    "DEFAULT_RENDERER_CLASSES": ["measures.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["measures.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["measures.api.filters.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "measures.api.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "measures.api.openapi.schema.Schema",
    "EXCEPTION_HANDLER": "measures.api.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Measure Tracker",
    "DESCRIPTION": "Who owns each measure of a policy document, how far it is, and on what evidence.",
    "VERSION": "1.0.0",
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    # A change asks for its reason as much as an entry does: the fields that may be left out say so themselves.
    "COMPONENT_SPLIT_PATCH": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": ["measures.api.openapi.schema.finished"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {
        # A refused request is the caller's news, not the operator's; what failed in us stays an ERROR.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
