"""Settings of the tracker, read from the environment.

Every variable is described in `.env.example`; any of them may be given as `NAME_FILE`, the path of a
file that holds the value. A wrong value stops the start with a sentence that says what to do.
"""

from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv

from kesimpta_tracker.production import read_address, refusals

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = FileAwareEnv(strip_whitespace=True)  # an editor ends a file with a line end

DEBUG = env.bool("DEBUG", False)
# Without a key each process makes its own: enough for commands; `wsgi.py` refuses to serve with it.
SECRET_KEY = env.str("SECRET_KEY", "") or get_random_secret_key()
SECRET_KEY_IS_TEMPORARY = not env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# Seals the secrets of second factors; without one a key is made of SECRET_KEY (see accounts/sealed.py).
FACTOR_KEY = env.str("FACTOR_KEY", "")
FACTOR_KEY_FALLBACKS: list[str] = env.list("FACTOR_KEY_FALLBACKS", [])

# Hosts, cookies, redirects and links all follow the one address that people type.
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000")
try:
    PUBLIC_ADDRESS = read_address(PUBLIC_URL)
except ValueError as problem:
    raise ImproperlyConfigured(str(problem)) from problem
DEMO = env.bool("DEMO", False)  # the demo cast may be seeded; `manage.py up` sets this on a machine of one's own
_https = PUBLIC_ADDRESS.is_https
_more_hosts: list[str] = env.list("ALLOWED_HOSTS", [])
_key = "" if SECRET_KEY_IS_TEMPORARY else SECRET_KEY
if _wrong := refusals(address=PUBLIC_ADDRESS, key=_key, debug=DEBUG, demo=DEMO, hosts=_more_hosts):
    raise ImproperlyConfigured("The tracker does not start for real people like this. " + " ".join(_wrong))
ALLOWED_HOSTS: list[str] = [PUBLIC_ADDRESS.host, *_more_hosts]
CSRF_TRUSTED_ORIGINS: list[str] = [PUBLIC_ADDRESS.origin]
# How many proxies of the operator's stand in front: so many of the last addresses in X-Forwarded-For are theirs.
TRUSTED_PROXY_COUNT = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 1 if _https else 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_SSL_REDIRECT = _https
SECURE_SSL_HOST = PUBLIC_ADDRESS.netloc if _https else None
# A monitor on the same machine asks without the proxy. A calendar is refused over http,
# and not led on: its address is secret.
SECURE_REDIRECT_EXEMPT = [r"^healthz/$", r"^feed/"]
SECURE_HSTS_SECONDS = 31536000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# The prefix makes a browser take the cookie from this host alone, over https alone, for the whole host.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-sessionid" if _https else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _https else "csrftoken"
# A session opens the tracker for twelve hours at most (accounts/sessions.py). Its row stands longer, so that a form
# which comes too late is kept for the one who sent it; the cookie goes when the browser is closed.
SESSION_COOKIE_AGE = 24 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Who reads what others wrote, and who uses a shared device, is signed out when nothing was done for so long
# (NIST SP 800-63B, 4.2.3: thirty minutes at its second level).
SESSION_IDLE_MINUTES = 30
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no words about anybody in a cookie
X_FRAME_OPTIONS = "DENY"
# Bytes and fields that one request may bring. Every symptom ticked and answered is about 800 fields.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "symptoms.lib.receiving.Cut",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Four photos as large as a phone makes them may come with an entry: what is over 12 MB of each is dropped on the way.
LARGEST_PHOTOS = 128 * 1024 * 1024
LARGEST_UPLOAD = env.int("LARGEST_UPLOAD_MB", 32) * 1024 * 1024

INSTALLED_APPS = [
    "symptoms.lib",
    "symptoms.audit",
    "symptoms.accounts",
    "symptoms.catalogue",
    "symptoms.notifications",
    "symptoms.sharing",
    "symptoms.diary",
    "symptoms.followups",
    "symptoms.triage",
    "symptoms.today",
    "symptoms.inbox",
    "symptoms.workbench",
    "symptoms.mydata",
    "kesimpta_tracker",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "kesimpta_tracker.apps.DoorConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "kesimpta_tracker.headers.HeadersMiddleware",  # first: the redirect to https is an answer too
    "symptoms.lib.acting.ActingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kesimpta_tracker.packing.PackingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "kesimpta_tracker.headers.RequestMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "symptoms.accounts.middleware.SessionEndMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "symptoms.accounts.middleware.PersonMiddleware",
    "symptoms.accounts.middleware.GateMiddleware",
    "symptoms.triage.middleware.RulesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kesimpta_tracker.limits.LimitMiddleware",
]

ROOT_URLCONF = "kesimpta_tracker.urls"
WSGI_APPLICATION = "kesimpta_tracker.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# One store, PostgreSQL. `manage.py up` starts one and sets DATABASE_URL when the environment names none.
DATABASES: dict[str, Any] = {}
if _database_url := env.str("DATABASE_URL", ""):
    if not _database_url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL must name a PostgreSQL database, such as postgres://user:password@host:5432/name."
        )
    DATABASES["default"] = dj_database_url.parse(_database_url, conn_max_age=env.int("CONN_MAX_AGE", 600))
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, "options": "-c lock_timeout=5000"}
# The owner of the tables, for `prepare` alone: all else then runs as a role that cannot change the audit log.
DATABASE_OWNER: dict[str, Any] = {}
if _owner_url := env.str("DATABASE_OWNER_URL", ""):
    DATABASE_OWNER = dict(dj_database_url.parse(_owner_url))
# Row-level security behind the gate, for a role that does not own the tables; put up by `migrate` (docs/adr/0016).
SECOND_WALL = env.bool("SECOND_WALL", False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Throttles must hold when the broker is down, so they are kept in PostgreSQL and not in the broker.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_rows"}}

AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the e-mail address is unique, whatever its case, by a constraint on lower()
    "security.W021",  # the list that browsers come with is the operator's to ask for, and hard to leave
]
AUTHENTICATION_BACKENDS = ["symptoms.accounts.backends.Backend"]
# Clinic members and staff always need a second factor; this asks it of everybody.
REQUIRE_SECOND_FACTOR_FOR_PATIENTS = env.bool("REQUIRE_SECOND_FACTOR_FOR_PATIENTS", False)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "symptoms.accounts.passwords.KnownPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "symptoms.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "symptoms.accounts.forms.LoginForm",
    "signup": "symptoms.accounts.forms.SignupForm",
    "add_email": "symptoms.accounts.forms.AddEmailForm",
    "reset_password": "symptoms.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "symptoms.accounts.forms.ResetPasswordKeyForm",
    "change_password": "symptoms.accounts.forms.ChangePasswordForm",
}
# An address counts when its owner has followed the link. So signing up tells nobody which addresses have accounts.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 1
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to people who never asked for one
ACCOUNT_CHANGE_EMAIL = True  # a new address takes the place of the old one when it is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True  # each change of how one signs in is told by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Wrong passwords and codes: by address of the sender, and by account. See docs/operators for proxies.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,100/h/ip,5/5m/key,20/h/key"}
MFA_ADAPTER = "symptoms.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # so that a passkey is two factors by itself
MFA_RATE_LIMITS = {"webauthn_login": None}  # there is nothing to guess, and nobody is to be locked out
MFA_RECOVERY_CODES_SHOW_ONCE = False
MFA_FORMS = {
    "authenticate": "symptoms.accounts.forms.AuthenticateForm",
    "reauthenticate": "symptoms.accounts.forms.ReauthenticateForm",
    "activate_totp": "symptoms.accounts.forms.ActivateForm",
    "login_webauthn": "symptoms.accounts.forms.LoginPasskeyForm",
    "authenticate_webauthn": "symptoms.accounts.forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "symptoms.accounts.forms.ReauthenticatePasskeyForm",
    "add_webauthn": "symptoms.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "symptoms.accounts.forms.EditPasskeyForm",
}
MFA_TOTP_ISSUER = "Symptom diary"  # the name in the person's authenticator app tells nothing about a medicine
MFA_TOTP_TOLERANCE = 1  # a clock that is half a minute off

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "symptoms" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str("STATICFILES_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}

_csp: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "font-src": [SELF],
    "img-src": [SELF],
    "connect-src": [SELF],
    "manifest-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
    "object-src": [NONE],
    # Only our scripts' own policy makes markup. Pages with htmx and the admin leave this out: docs/adr/0018.
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["tracker"],
    **({"upgrade-insecure-requests": True} if _https else {}),
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": _csp}
CSRF_FAILURE_VIEW = "kesimpta_tracker.views.csrf_failure"

# Without a mail server messages are printed by the web process, which is right for a trial at home.
EMAIL_HOST = env.str("EMAIL_HOST", "")
# The demo keeps its mails in a folder and shows them at /demo/mail/.
DEMO_MAIL = Path(env.str("DEMO_MAIL", str(BASE_DIR / "var" / "mail")))
_without_server = "kesimpta_tracker.catcher.Catcher" if DEMO else "django.core.mail.backends.console.EmailBackend"
EMAIL_BACKEND = env.str("EMAIL_BACKEND", "") or (
    "django.core.mail.backends.smtp.EmailBackend" if EMAIL_HOST else _without_server
)
ANYMAIL: dict[str, Any] = dict(env.json("ANYMAIL", {}))  # for EMAIL_BACKEND=anymail.backends...., see docs/channels.md
EMAIL_PORT = env.int("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", True)
EMAIL_TIMEOUT = 10
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", "")  # who is told where nobody else is in charge
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"tracker@{PUBLIC_ADDRESS.host}")

# Who was erased, outside the database: ids and times, one line each. Keep it apart from the database's backups.
TOMBSTONES = Path(env.str("TOMBSTONES", "") or BASE_DIR / "var" / "tombstones.jsonl")
# After how many days what is no longer needed is removed; 0 keeps it. Diaries are never removed (docs/my-data.md).
RETAIN_DRAFT_DAYS = env.int("RETAIN_DRAFT_DAYS", 90)
RETAIN_REMINDERS_DAYS = env.int("RETAIN_REMINDERS_DAYS", 730)
RETAIN_NOTICES_DAYS = env.int("RETAIN_NOTICES_DAYS", 365)
RETAIN_INVITATIONS_DAYS = env.int("RETAIN_INVITATIONS_DAYS", 90)
RETAIN_DEAD_ADDRESSES_DAYS = env.int("RETAIN_DEAD_ADDRESSES_DAYS", 90)

# How people are reached outside the tracker: a slug, and the class of the channel (see docs/channels.md).
NOTIFICATION_CHANNELS: dict[str, str] = {
    "push": "symptoms.notifications.channels.push.Push",
    "email": "symptoms.notifications.channels.email.Email",
    **dict(env.json("NOTIFICATION_CHANNELS", {})),
}
# Whom a push service may write to about our pushes (RFC 8292, 2.1), and the services that a browser may name.
VAPID_SUBJECT = f"mailto:{OPERATOR_EMAIL or DEFAULT_FROM_EMAIL}"
PUSH_SERVICES: list[str] = env.list(
    "PUSH_SERVICES",
    ["fcm.googleapis.com", "*.push.services.mozilla.com", "*.notify.windows.com", "*.push.apple.com"],
)

# The broker only hurries things along: what must be assessed stands in PostgreSQL. Publishing gives up
# after two seconds, a worker that dies gives its tasks back after a minute.
CELERY_BROKER_URL = env.str("BROKER_URL", "")
_redis = CELERY_BROKER_URL.startswith(("redis", "unix"))
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "max_retries": 0,
        "visibility_timeout": 60,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
    }
    if _redis
    else {"confirm_publish": True}
)
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 50
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Celery would open a new connection for each task; ours are kept, and checked before each (celery.py).
CELERY_DB_REUSE_MAX = 1_000_000
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "assess-what-is-waiting": {
        "task": "symptoms.triage.tasks.sweep",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "send-reminders-that-are-due": {
        "task": "symptoms.notifications.tasks.send_due",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "erase-what-is-due": {"task": "symptoms.mydata.tasks.erase", "schedule": 600.0, "options": {"expires": 500}},
    "remove-what-is-old": {"task": "symptoms.mydata.tasks.remove_old", "schedule": 86400.0},
    "seal-what-was-recorded": {"task": "symptoms.audit.tasks.seal", "schedule": 30.0, "options": {"expires": 25}},
    "remind-of-the-review-of-the-rules": {"task": "symptoms.triage.tasks.remind_review", "schedule": 86400.0},
}

# Logs name rows by id, never what a person wrote: a line is a line, and an error tells its kind and place alone.
DEFAULT_EXCEPTION_REPORTER_FILTER = "kesimpta_tracker.logs.NothingOfPeople"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kesimpta_tracker.logs.Line"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},  # no mail to anybody, and no second line
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "celery.beat": {"level": "WARNING"},
        "django.db.backends": {"level": "WARNING"},  # never a statement with its values
    },
}
