"""Every setting of the server, told in docs/reference/settings.md. The only place that reads the environment."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from loa.box import reading, socket_folder

PACKAGE = Path(__file__).resolve().parent.parent
REPOSITORY = PACKAGE.parent.parent

_told = reading.Reader(os.environ)


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parse_qs(parts.query).get("host", [unquote(parts.hostname or "")])[0],
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "loa", "connect_timeout": 10, **_transport(parse_qs(parts.query))},
    }


def _transport(told: dict[str, list[str]]) -> dict[str, str]:
    """Return what an address says about TLS, as libpq names it."""
    return {name: told[name][0] for name in ("sslmode", "sslrootcert", "sslcert", "sslkey") if name in told}


def _embedded(home: Path, role: str) -> str:
    """Return where the embedded PostgreSQL of this state folder answers a role; `box.postgres` makes both."""
    return f"postgresql://{role}@/loa?host={quote(str(socket_folder.of(home / 'postgres')))}"


# The box: where state lives, and who else is there
LOA_HOME = Path(_told.word("LOA_HOME", default=str(REPOSITORY / "var"))).resolve()
# The three may hold a password, so they may stand in files like every secret
_POSTGRESQL = ("postgresql", "postgres")
LOA_DATABASE_URL = _told.secret("LOA_DATABASE_URL", LOA_HOME, schemes=_POSTGRESQL)
LOA_DATABASE_OWNER_URL = _told.secret("LOA_DATABASE_OWNER_URL", LOA_HOME, schemes=_POSTGRESQL) or LOA_DATABASE_URL
LOA_MQTT_URL = _told.secret("LOA_MQTT_URL", LOA_HOME, schemes=("mqtts", "mqtt"))
LOA_MEDIA_URL = _told.address("LOA_MEDIA_URL", schemes=("https", "http"))
LOA_PORT = _told.port("LOA_PORT", default=8080)
LOA_BIND = _told.word("LOA_BIND", default="127.0.0.1")
LOA_MQTT_BIND = _told.word("LOA_MQTT_BIND", default=LOA_BIND)
LOA_MQTT_PORT = _told.port("LOA_MQTT_PORT", default=1883)
LOA_MQTT_TLS_CERT = _told.word("LOA_MQTT_TLS_CERT")
LOA_MQTT_TLS_KEY = _told.word("LOA_MQTT_TLS_KEY")
LOA_MQTT_TLS_CA = _told.word("LOA_MQTT_TLS_CA")
LOA_PUBLIC_URL = _told.address("LOA_PUBLIC_URL", default=f"http://127.0.0.1:{LOA_PORT}", schemes=("https", "http"))
LOA_TLS = _told.flag("LOA_TLS", default=LOA_PUBLIC_URL.startswith("https:"))
LOA_TRUSTED_PROXIES = _told.networks("LOA_TRUSTED_PROXIES")

MEDIA_FOLDER = LOA_HOME / "media"
KEY_FOLDER = LOA_HOME / "keys"

# The record outside the database: its signed checkpoints, and who is told each entry
LOA_CHECKPOINT_FOLDER = Path(_told.word("LOA_CHECKPOINT_FOLDER", default=str(LOA_HOME / "checkpoints")))
LOA_SYSLOG_URL = _told.address("LOA_SYSLOG_URL", schemes=("tls", "tcp", "udp"))
LOA_AUDIT_FEED = _told.word("LOA_AUDIT_FEED")

# Malicious software: who searches uploads (unix:/path or tcp://host:port of clamd), and whether none passes unsearched
LOA_CLAMAV = _told.address("LOA_CLAMAV", schemes=("unix", "tcp"))
LOA_SCAN = _told.choice(
    "LOA_SCAN", default="required" if LOA_CLAMAV else "if-available", among=("required", "if-available", "off")
)
LOA_VOICE_FOLDER = _told.word("LOA_VOICE_FOLDER")
LOA_VOICE_PROVIDERS_FILE = _told.word("LOA_VOICE_PROVIDERS_FILE")

# Relays: which hosts may be asked for a stream, and which networks that are not public
LOA_STREAM_HOSTS = _told.names("LOA_STREAM_HOSTS")
LOA_STREAM_NETWORKS = _told.networks("LOA_STREAM_NETWORKS")

# The lead that lets devices fetch a clip before they start together; an emergency does not wait for it
NOW_LEAD = timedelta(milliseconds=_told.number("LOA_NOW_LEAD_MS", default=1200, least=0, most=60_000))
LOA_CLASH_LEAD = timedelta(seconds=_told.number("LOA_CLASH_LEAD_S", default=300, least=0, most=86_400))

# Django
SECRET_KEY = _told.secret("LOA_SECRET_KEY", LOA_HOME) or "only-for-checks-and-tests"
# Seals what second factors share with us; several keys with spaces between: the first seals, all open
LOA_FACTOR_KEY = _told.secret("LOA_FACTOR_KEY", LOA_HOME)
LOA_DEVICE_SECRET = _told.secret("LOA_DEVICE_SECRET", LOA_HOME) or "only-for-checks-and-tests"
DEBUG = _told.flag("LOA_DEBUG", default=False)
_OWN_NAMES = f"localhost,127.0.0.1,[::1],{urlsplit(LOA_PUBLIC_URL).hostname}"
ALLOWED_HOSTS = _told.names("LOA_HOSTS", default=_OWN_NAMES)
CSRF_TRUSTED_ORIGINS = [LOA_PUBLIC_URL]
ROOT_URLCONF = "loa.shell.urls"
WSGI_APPLICATION = "loa.shell.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "procrastinate.contrib.django",
    "loa.kernel",
    "loa.audit",
    "loa.accounts",
    "loa.orgs",
    "loa.media",
    "loa.devices",
    "loa.dispatch",
    "loa.bulletins",
    "loa.schedules",
    "loa.shell",
    "loa.box",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # In front of whoever may answer by itself: no answer goes out without its headers
    "csp.middleware.CSPMiddleware",
    "loa.shell.headers.HeaderMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "loa.shell.language.LanguageMiddleware",
    "loa.shell.intake.IntakeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "loa.accounts.web.sessions.SessionMiddleware",
    "loa.orgs.web.scope.ScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "loa.shell.refusals.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "loa.shell.navigation.context",
            ],
        },
    }
]

DATABASES = {"default": _database(LOA_DATABASE_URL or _embedded(LOA_HOME, "loa"))}
# Who owns the tables: `prepare` brings them up to date as this role, and no other process needs to know it
DATABASE_OWNER = _database(LOA_DATABASE_OWNER_URL or _embedded(LOA_HOME, "loa_owner"))

# People
PASSWORD_HASHERS = ["loa.accounts.passwords.Argon2"]
LOGIN_URL = "/desk/sign-in/"
# The prefix lets no neighboring host set it; browsers want TLS for it
SESSION_COOKIE_NAME = "__Host-loa_session" if LOA_TLS else "loa_session"
CSRF_COOKIE_NAME = "__Host-loa_form" if LOA_TLS else "loa_form"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = LOA_TLS
CSRF_COOKIE_SECURE = LOA_TLS
CSRF_COOKIE_HTTPONLY = True
SESSION_IDLE = timedelta(minutes=60)
SESSION_LIFETIME = timedelta(hours=12)
SESSIONS_PER_PERSON = 3
# "required" of whom the policy names, or only "offered"
LOA_SECOND_FACTOR = _told.choice("LOA_SECOND_FACTOR", default="required", among=("required", "offered"))
FRESH_FOR = timedelta(minutes=_told.number("LOA_FRESH_MINUTES", default=5, least=1, most=1440))
PASSWORD_MAX_AGE = timedelta(days=_told.number("LOA_PASSWORD_MAX_AGE_DAYS", default=0, least=0, most=36_500))
LOA_ADMIN_NETWORKS = _told.networks("LOA_ADMIN_NETWORKS")
LOA_ADMIN_HOURS = _told.hours("LOA_ADMIN_HOURS")
# Whether one person may write and approve at the same unit (never the same text), and lend rights over people and units
LOA_TWO_DUTIES = _told.flag("LOA_TWO_DUTIES", default=False)
LOA_LEND_ADMINISTRATION = _told.flag("LOA_LEND_ADMINISTRATION", default=False)
LOA_OIDC_PROVIDERS_FILE = _told.word("LOA_OIDC_PROVIDERS_FILE")
# Set by `loa demo` for its own processes: its made-up people are shown the code their app would show
LOA_DEMO = _told.flag("LOA_DEMO", default=False)

# Words and time
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "loa_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = LOA_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "loa.shell.assets.VersionedStorage"},
}
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder", "loa.shell.finders.FontFinder"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 365 * 24 * 3600
CSRF_FAILURE_VIEW = "loa.shell.errors.form_expired"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_BODY_MAX_BYTES = 70 * 1024 * 1024  # a recording of 64 MB and the form around it, as in deploy/nginx/loa.conf

# The browser is told to trust nobody else
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # the waves of tokens.css
        "media-src": ["'self'", "blob:"],  # what was recorded, heard before it is sent
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# The microphone records bulletins, nothing else of the device is ever asked for
PERMISSIONS_POLICY = {
    "microphone": "(self)",
    **dict.fromkeys(("camera", "geolocation", "payment", "usb", "serial", "midi", "display-capture"), "()"),
}
SECURE_HSTS_SECONDS = 31_536_000 if LOA_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = LOA_TLS
SECURE_SSL_REDIRECT = False
X_FRAME_OPTIONS = "DENY"
_log_level = _told.choice("LOA_LOG_LEVEL", default="INFO", among=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "loa.kernel.lines.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": _log_level},
    "loggers": {"django.request": {"level": "ERROR"}, "procrastinate": {"level": "WARNING"}},
}
