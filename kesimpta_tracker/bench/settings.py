"""Settings for the floors: Django as it comes, with the tracker's users, sessions and database."""

from kesimpta_tracker.settings import *  # noqa: F403

ROOT_URLCONF = "kesimpta_tracker.bench.floors"
LOGIN_URL = "/form/"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth does not start without it; it only looks on
]
