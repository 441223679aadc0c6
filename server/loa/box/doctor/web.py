"""Checks of what browsers meet: addresses, transport, cookies, headers, proxies."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from loa.box.doctor.register import Facts, Found, Severity, check, is_here
from loa.box.saying import gettext_noop

_HALF_A_YEAR = timedelta(days=180)
_WIDEST = {4: 12, 6: 32}
_GUARDS = (
    "django.middleware.security.SecurityMiddleware",
    "loa.shell.intake.IntakeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "loa.accounts.web.sessions.SessionMiddleware",
    "loa.orgs.web.scope.ScopeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "loa.shell.headers.HeaderMiddleware",
    "loa.shell.refusals.RefusalMiddleware",
)
_LOOSE = ("'unsafe-inline'", "'unsafe-eval'", "*", "http:", "https:", "http://*", "https://*")
_BODY_MOST = 200 * 1024 * 1024


@check(
    "debug_on",
    Severity.UNSAFE,
    means=gettext_noop("Errors show code, settings and people's data to whoever causes one."),
    cure=gettext_noop("Take LOA_DEBUG out of the environment."),
    covers=("DEBUG",),
)
def debug_on(facts: Facts) -> Iterator[Found]:
    """Find traces in pages."""
    if facts.settings.DEBUG:
        yield Found(gettext_noop("LOA_DEBUG is on."))


@check(
    "hosts_any",
    Severity.UNSAFE,
    means=gettext_noop("Links in pages and messages can be made to lead to a stranger's host."),
    cure=gettext_noop("Name the server's own names in LOA_HOSTS, or leave it out: then only LOA_PUBLIC_URL counts."),
    covers=("ALLOWED_HOSTS",),
)
def hosts_any(facts: Facts) -> Iterator[Found]:
    """Find names that stand for any host."""
    for name in facts.settings.ALLOWED_HOSTS:
        if name == "*" or name.startswith((".", "*.")):
            yield Found(gettext_noop("LOA_HOSTS takes any host: “%(name)s”."), {"name": name})


@check(
    "public_url_plain",
    Severity.UNSAFE,
    means=gettext_noop("Passwords and sessions cross the network where everybody on the way can read and change them."),
    cure=gettext_noop("Put nginx with a certificate in front (deploy/nginx) and begin LOA_PUBLIC_URL with https://."),
    covers=("LOA_PUBLIC_URL", "CSRF_TRUSTED_ORIGINS"),
)
def public_url_plain(facts: Facts) -> Iterator[Found]:
    """Find http towards others."""
    for url in {facts.settings.LOA_PUBLIC_URL, *facts.settings.CSRF_TRUSTED_ORIGINS}:
        parts = urlsplit(url)
        if parts.scheme != "https" and not is_here(parts.hostname or ""):
            yield Found(gettext_noop("People reach the server without TLS: %(url)s"), {"url": url})


@check(
    "tls_not_told",
    Severity.UNSAFE,
    means=gettext_noop("Cookies travel without TLS too, and browsers are not told to insist on it."),
    cure=gettext_noop("Take LOA_TLS out of the environment: it follows LOA_PUBLIC_URL."),
    covers=("LOA_TLS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"),
)
def tls_not_told(facts: Facts) -> Iterator[Found]:
    """Find https in front and cookies for http."""
    if not facts.settings.LOA_PUBLIC_URL.startswith("https:"):
        return
    for name in ("LOA_TLS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        if not getattr(facts.settings, name):
            yield Found(gettext_noop("%(name)s is off although the address begins with https."), {"name": name})


@check(
    "hsts_short",
    Severity.RISKY,
    means=gettext_noop("A browser may be led to the server without TLS once, and its first request read."),
    cure=gettext_noop("Leave SECURE_HSTS_SECONDS at a year."),
    covers=("SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT"),
)
def hsts_short(facts: Facts) -> Iterator[Found]:
    """Find a promise of TLS that is too short. nginx leads from http to https, not the program."""
    seconds = facts.settings.SECURE_HSTS_SECONDS
    if facts.settings.LOA_TLS and seconds < _HALF_A_YEAR.total_seconds():
        yield Found(gettext_noop("Browsers insist on TLS for %(seconds)s seconds only."), {"seconds": seconds})


@check(
    "cookies_open",
    Severity.UNSAFE,
    means=gettext_noop("A script, or a page of another site, can use a person's session."),
    cure=gettext_noop("Take the change out of the settings: cookies are HttpOnly and SameSite."),
    covers=("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE"),
)
def cookies_open(facts: Facts) -> Iterator[Found]:
    """Find cookies that scripts or other sites may use."""
    for name in ("SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY"):
        if not getattr(facts.settings, name):
            yield Found(gettext_noop("%(name)s is off."), {"name": name})
    if facts.settings.SESSION_COOKIE_SAMESITE not in {"Lax", "Strict"}:
        yield Found(gettext_noop("%(name)s is off."), {"name": "SESSION_COOKIE_SAMESITE"})


@check(
    "proxies_missing",
    Severity.RISKY,
    means=gettext_noop(
        "Everybody seems to come from the proxy: one guesser slows all sign-ins, the record names nobody."
    ),
    cure=gettext_noop("Name the proxy's address in LOA_TRUSTED_PROXIES, such as 127.0.0.1."),
)
def proxies_missing(facts: Facts) -> Iterator[Found]:
    """Find a server behind a proxy it does not know."""
    if not is_here(facts.public_host) and is_here(facts.settings.LOA_BIND) and not facts.settings.LOA_TRUSTED_PROXIES:
        yield Found(gettext_noop("%(host)s is served by a proxy, and LOA_TRUSTED_PROXIES names none."),
                    {"host": facts.public_host})  # fmt: skip


@check(
    "proxies_too_wide",
    Severity.UNSAFE,
    means=gettext_noop("Strangers can say from which address they come: limits and the record can be deceived."),
    cure=gettext_noop("Name only machines of yours that set X-Forwarded-For themselves."),
    covers=("LOA_TRUSTED_PROXIES",),
)
def proxies_too_wide(facts: Facts) -> Iterator[Found]:
    """Find networks that hold strangers, and words that are no network."""
    for name in facts.settings.LOA_TRUSTED_PROXIES:
        try:
            network = ipaddress.ip_network(name.strip(), strict=False)
        except ValueError:
            yield Found(gettext_noop("“%(name)s” in LOA_TRUSTED_PROXIES is no network."), {"name": name})
            continue
        if network.prefixlen < _WIDEST[network.version] and not network.is_loopback:
            yield Found(gettext_noop("LOA_TRUSTED_PROXIES believes too many: %(name)s"), {"name": name})


@check(
    "bound_openly",
    Severity.UNSAFE,
    means=gettext_noop("The program speaks http to the network beside the proxy: TLS and limits can be gone around."),
    cure=gettext_noop("Leave LOA_BIND at 127.0.0.1, or name an inner address that only the proxy reaches."),
    covers=("LOA_BIND", "LOA_PORT"),
)
def bound_openly(facts: Facts) -> Iterator[Found]:
    """Find a listener on every interface."""
    if facts.settings.LOA_BIND in {"0.0.0.0", "::", "[::]", "*"}:  # noqa: S104 - what is looked for
        yield Found(gettext_noop("The web process listens on every interface: %(bind)s"),
                    {"bind": facts.settings.LOA_BIND})  # fmt: skip


@check(
    "policy_loose",
    Severity.UNSAFE,
    means=gettext_noop("A text that slips into a page can run as a script, or a foreign page can frame ours."),
    cure=gettext_noop("Take the change out of the settings."),
    covers=("CONTENT_SECURITY_POLICY", "X_FRAME_OPTIONS", "SECURE_CONTENT_TYPE_NOSNIFF", "SECURE_REFERRER_POLICY",
            "SECURE_CROSS_ORIGIN_OPENER_POLICY", "PERMISSIONS_POLICY"),
)  # fmt: skip
def policy_loose(facts: Facts) -> Iterator[Found]:
    """Find what the browser is allowed and should not be."""
    directives = facts.settings.CONTENT_SECURITY_POLICY.get("DIRECTIVES", {})
    for name, sources in directives.items():
        for source in set(sources) & set(_LOOSE):
            yield Found(gettext_noop("The content-security policy allows %(source)s in %(name)s."),
                        {"source": source, "name": name})  # fmt: skip
    for name, source in (("object-src", "'none'"), ("base-uri", "'none'"), ("frame-ancestors", "'none'"),
                         ("script-src", "'self'"), ("form-action", "'self'")):  # fmt: skip
        if list(directives.get(name, ())) != [source]:
            yield Found(gettext_noop("The content-security policy does not hold %(name)s to %(source)s."),
                        {"name": name, "source": source})  # fmt: skip
    if facts.settings.X_FRAME_OPTIONS != "DENY" or not facts.settings.SECURE_CONTENT_TYPE_NOSNIFF:
        yield Found(gettext_noop("%(name)s is off."), {"name": "X_FRAME_OPTIONS, SECURE_CONTENT_TYPE_NOSNIFF"})


@check(
    "guard_missing",
    Severity.UNSAFE,
    means=gettext_noop("A guard that every request should pass is not there."),
    cure=gettext_noop("Take the change out of the settings; Django's own administration stays off."),
    covers=("MIDDLEWARE", "INSTALLED_APPS"),
)
def guard_missing(facts: Facts) -> Iterator[Found]:
    """Find guards that were taken out, and doors that were put in."""
    for name in _GUARDS:
        if name not in facts.settings.MIDDLEWARE:
            yield Found(gettext_noop("%(name)s is missing from MIDDLEWARE."), {"name": name})
    if "django.contrib.admin" in facts.settings.INSTALLED_APPS:
        yield Found(gettext_noop("Django's administration is on: it writes past rights and record."))


@check(
    "bodies_too_large",
    Severity.RISKY,
    means=gettext_noop("A few requests can fill the memory or the disk."),
    cure=gettext_noop("Leave the bounds at 2 MB for forms and 70 MB for recordings."),
    covers=("DATA_UPLOAD_MAX_MEMORY_SIZE", "UPLOAD_BODY_MAX_BYTES", "FILE_UPLOAD_HANDLERS"),
)
def bodies_too_large(facts: Facts) -> Iterator[Found]:
    """Find bounds that bound nothing."""
    for name, most in (("DATA_UPLOAD_MAX_MEMORY_SIZE", _BODY_MOST // 10), ("UPLOAD_BODY_MAX_BYTES", _BODY_MOST)):
        size = getattr(facts.settings, name)
        if size is None or size > most:
            yield Found(gettext_noop("%(name)s is %(size)s bytes."), {"name": name, "size": size})
