"""本物のプロセスで動く一式が、試験から使えること。"""

import urllib.request

from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse

from tests.site import Site


def test_site_answers_over_http_with_security_headers(live_site: Site):
    with urllib.request.urlopen(live_site.url + reverse("account_login")) as answer:
        headers = answer.headers

    assert {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }.items() <= dict(headers).items()
    assert headers["Permissions-Policy"].startswith("camera=()")
    assert set(headers["Content-Security-Policy"].split("; ")) == {
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    }


def test_site_has_a_database_of_its_own(live_site: Site):
    with live_site.orm():
        name = connection.settings_dict["NAME"]
        count = Session.objects.count()

    assert name == live_site.database
    assert count >= 0
