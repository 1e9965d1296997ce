"""どの答えにもブラウザへの約束が付き、送り手の偽りは効かず、記録に人は残らない。"""

import logging
import re
from datetime import timedelta

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.config.logs import Formatter
from mamis.mail.models import Message
from mamis.training.models import Certificate, CompletionApplication
from mamis.web.docs.permissions import Address, addresses
from tests.project.boxes import ACTIVITY, Stage, activity, undone
from tests.world import PASSWORD

UNUSED_METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND")
EVIL = "evil.example"


# 約束の見出し


def test_every_answer_carries_the_promises_to_the_browser(stage):
    surprises = []
    for one in addresses():
        for method in ("GET", "POST", "HEAD", "PUT"):
            for client in (client_for(stage, one), Client(raise_request_exception=False)):
                with undone():
                    response = client.generic(method, filled(stage, one))
                surprises += [(method, one.path, *missing) for missing in broken_promises(response)]

    assert surprises == []


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/nowhere/", {}),
        ("/%00/", {}),
        ("/sign-in/", {"HTTP_HOST": EVIL}),
        ("/sign-in/", {"CONTENT_TYPE": "text/plain; charset=rot13"}),
        ("/sign-in", {}),
    ],
)
def test_refusals_carry_them_too(db, path, more):
    response = Client(raise_request_exception=False).get(path, **more)

    assert response.status_code in {301, 400, 404}
    assert broken_promises(response) == []


def test_nothing_a_person_saw_is_kept_by_the_browser(stage):
    kept = []
    for one in addresses():
        with undone():
            response = client_for(stage, one).get(filled(stage, one))
        if "no-store" not in response.headers.get("Cache-Control", "") or "public" in response.headers["Cache-Control"]:
            kept.append((one.path, response.headers.get("Cache-Control")))

    assert kept == []


def test_the_certificate_is_kept_nowhere(stage):
    stage.world.approve(stage.application, stage.world.admin(stage.world.district))
    doctor = stage.world.browser(stage.applicant.user)
    token = stage.application.certificates.get().token

    answers = [
        doctor.get(reverse("mypage_certificate", args=[stage.application.receipt_no])),
        Client().get(reverse("certificate_verification", args=[token])),
    ]

    assert [(answer.status_code, answer.headers["Cache-Control"]) for answer in answers] == [(200, "no-store")] * 2
    assert [broken_promises(answer) for answer in answers] == [[], []]


def test_signing_out_clears_the_browser_and_the_pages_are_gone(stage):
    client = stage.client("admin")
    page = reverse("office_home", args=["14-021"])
    assert client.get(page).status_code == 200

    left = client.post(reverse("account_logout"))

    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get(page).headers["Location"] == f"/sign-in/?next={page}"


def test_a_secure_site_insists_on_https(stage, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT = 365 * 24 * 60 * 60, True

    encrypted, plain = (Client().get("/help/", secure=secure) for secure in (True, False))

    assert encrypted.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/help/")


# 送り方


def test_methods_nobody_uses_are_refused(stage):
    answered = {}
    for one in addresses_of_pages():
        refused = [method for method in ("GET", "POST") if method not in one.methods]
        for method in (*UNUSED_METHODS, *refused):
            with undone():
                status = client_for(stage, one).generic(method, filled(stage, one)).status_code
            if status != 405:
                answered[method, one.path] = status

    assert answered == {}


def test_every_post_without_its_own_token_is_refused(stage):
    foreign = "a" * 64
    answered = {}
    for one in addresses_of_pages():
        if "POST" not in one.methods:
            continue
        client, url = client_for(stage, one, enforce_csrf_checks=True), filled(stage, one)
        tries = {
            "none": {},
            "foreign": {"data": {"csrfmiddlewaretoken": foreign}},
            "header": {"HTTP_X_CSRFTOKEN": foreign},
            "cross origin": {"data": own_token(client), "HTTP_ORIGIN": f"https://{EVIL}"},
            "null origin": {"data": own_token(client), "HTTP_ORIGIN": "null"},
        }
        for label, more in tries.items():
            with undone():
                status = client.post(url, **more).status_code
            if status != 403:
                answered[label, one.path] = status

    assert answered == {}


def test_under_a_hat_a_page_refuses_what_it_refuses_without(stage):
    """代理の住所（/for/…）は、ほかの住所の頁をそのまま開く。"""
    delegation = stage.world.delegate(stage.applicant, "代理 文子")
    client = stage.world.browser(delegation.user)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(delegation.user)
    home, note = f"/for/{delegation.pk}/mypage/", f"/for/{delegation.pk}/mypage/training/completion/application/note/"

    assert client.get(home).status_code == 200
    assert {client.generic(method, home).status_code for method in (*UNUSED_METHODS, "POST")} == {405}
    assert strict.post(note, {"csrfmiddlewaretoken": "a" * 64}).status_code == 403


def test_the_own_token_is_taken(stage):
    client = Client(enforce_csrf_checks=True)
    token = own_token(client)

    response = client.post("/sign-in/", {**token, "sign_in_name": stage.doctor.user.email, "password": PASSWORD})

    assert (response.status_code, response.headers["Location"]) == (302, "/")


@pytest.mark.parametrize(
    "spoofed",
    [
        {"HTTP_X_FORWARDED_HOST": EVIL},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_X_FORWARDED_PORT": "666"},
        {"HTTP_X_FORWARDED_PREFIX": "/evil"},
        {"HTTP_X_SCRIPT_NAME": "/evil"},
        {"HTTP_FORWARDED": f"host={EVIL};proto=https"},
        {"HTTP_X_ORIGINAL_URL": "/office/14-021/"},
        {"HTTP_X_REWRITE_URL": "/office/14-021/"},
        {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    ],
    ids=lambda spoofed: next(iter(spoofed)),
)
def test_forged_forwarding_has_no_effect(db, spoofed):
    plainly, forged = (Client().get("/mypage/", **more) for more in ({}, spoofed))

    assert (forged.status_code, forged.headers["Location"]) == (plainly.status_code, plainly.headers["Location"])
    assert EVIL.encode() not in Client().get("/sign-in/", **spoofed).content


@pytest.mark.parametrize(
    "host", [EVIL, f"localhost@{EVIL}", f"localhost:80.{EVIL}", "localhost, evil", "", "[::1", "a" * 3000]
)
def test_a_foreign_host_is_refused(db, host):
    response = Client(raise_request_exception=False).get("/sign-in/", HTTP_HOST=host)

    assert response.status_code == 400
    assert EVIL not in response.content.decode()


def test_links_in_mails_name_the_configured_host_only(stage, settings, django_capture_on_commit_callbacks):
    client = Client(HTTP_X_FORWARDED_HOST=EVIL)
    doctor = Client(HTTP_X_FORWARDED_HOST=EVIL)
    doctor.force_login(stage.applicant.user)

    client.post("/password/reset/", {"sign_in_name": stage.applicant.user.email})
    doctor.post(reverse("mypage_completion_withdrawal", args=[stage.application.receipt_no]))

    links = {
        link
        for body in Message.objects.values_list("body", flat=True)
        for link in re.findall(r"https?://[^/\s]+", body)
    }
    assert links == {settings.BASE_URL}


@pytest.mark.parametrize(
    "asked_for",
    [
        f"https://{EVIL}/", f"//{EVIL}/", f"///{EVIL}", f"/\\{EVIL}", f"\\\\{EVIL}", f"http:{EVIL}", f"\t//{EVIL}",
        f"/%0d%0aLocation:https://{EVIL}", f"/\r\nLocation: https://{EVIL}", f" https://{EVIL}", f"/\t/{EVIL}",
        "javascript:alert(1)", "data:text/html,x", "mypage", "@evil.example", "/" + "a" * 3000, "\ufffd", "/\x00",
    ],
)  # fmt: skip
def test_after_signing_in_nobody_lands_elsewhere(stage, asked_for):
    typed = {"sign_in_name": stage.doctor.user.email, "password": PASSWORD, "next": asked_for}

    response = Client().post("/sign-in/", typed)

    location = response.headers["Location"]
    assert response.status_code == 302
    assert location == "/" or re.fullmatch(r"/(?![/\\\s])[^\s\\]*", location)


# 記録


def test_the_logs_of_the_story_name_nobody(stage, caplog, settings):
    listen(caplog)
    world = stage.world
    number = "987654"
    doctor = world.member(
        "秘匿", "名前子", world.district, kana=("ヒトク", "ナマエコ"), address="kanaria@himitsu.example"
    )
    doctor.licences.update(number=number)
    world.credit(doctor, 20, timezone.localdate() - timedelta(days=5), by=world.clerk(world.district))
    mine, office = Client(raise_request_exception=False), Client(raise_request_exception=False)

    mine.post("/sign-in/", {"sign_in_name": number, "password": "himitsu-no-aikotoba"})
    mine.post("/sign-in/", {"sign_in_name": doctor.contact_address, "password": PASSWORD})
    mine.post(ACTIVITY, activity(stage) | {"place": "himitsu-no-basho"})
    step = reverse("completion_step", args=["note"])
    mine.post(step, {"note": "himitsu-no-renraku", "next": "1"})
    mine.post(reverse("completion_step", args=["check"]), {"next": "1"})
    case = CompletionApplication.objects.get(doctor=doctor)
    office.force_login(world.clerk(world.district).user)
    one = reverse("office_completion", args=["14-021", case.receipt_no])
    office.get(f"/office/14-021/completions/?q={doctor.family_name}")
    office.get(f"/office/14-021/completions/download/?q={number}")
    office.get(f"/office/14-021/completions/?q={number}&page=%FF", HTTP_HOST=EVIL)
    office.post(f"{one}return/", {"reason": "himitsu-no-riyuu", "seen": "old"})
    office.post(f"{one}approval/", {"seen": world.seen(case)})
    office.post(f"{one}approval/", {"seen": world.seen(case)})
    mine.get(reverse("mypage_certificate", args=[case.receipt_no]))
    Client().get(reverse("certificate_verification", args=[case.certificates.get().token]))
    Client().post("/password/reset/", {"sign_in_name": doctor.contact_address})

    canaries = {
        "himitsu", doctor.name, doctor.family_name, doctor.given_name, doctor.family_kana, doctor.given_kana,
        doctor.contact_address, number, PASSWORD, case.certificates.get().token, doctor.telephone,
        str(doctor.birth_on), settings.SECRET_KEY, *(cookie.value for cookie in mine.cookies.values()),
    }  # fmt: skip
    lines = [Formatter().format(record) for record in caplog.records]
    assert Certificate.objects.filter(application=case).exists()
    assert lines
    assert [(line, word) for line in lines for word in canaries if word in line] == []


def listen(caplog) -> None:
    """上に伝えない記録も聞く。"""
    for name in ("", "django", "django.request", "django.security", "procrastinate", "mail.log"):
        logger = logging.getLogger(name)
        if caplog.handler not in logger.handlers and not logger.propagate:
            logger.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)


def broken_promises(response: HttpResponseBase) -> list[tuple[str, str]]:
    """守られていない約束。"""
    policy = response.headers.get("Content-Security-Policy", "")
    directives = {words[0]: words[1:] for words in (part.split() for part in policy.split(";")) if words}
    found = {
        "frame-ancestors": directives.get("frame-ancestors") == ["'none'"],
        "default-src": directives.get("default-src") == ["'none'"],
        "base-uri": directives.get("base-uri") == ["'none'"],
        "form-action": directives.get("form-action") == ["'self'"],
        "unsafe": not re.search(r"unsafe-|\*|data:|https?:", policy),
        "X-Content-Type-Options": response.headers.get("X-Content-Type-Options") == "nosniff",
        "X-Frame-Options": response.headers.get("X-Frame-Options") == "DENY",
        "Referrer-Policy": response.headers.get("Referrer-Policy") in {"same-origin", "no-referrer"},
        "Cross-Origin-Opener-Policy": response.headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "Permissions-Policy": "camera=()" in response.headers.get("Permissions-Policy", ""),
        "Server": "Server" not in response.headers and "X-Powered-By" not in response.headers,
    }
    return [(name, str(response.status_code)) for name, kept in found.items() if not kept]


def client_for(stage: Stage, one: Address, **options: bool) -> Client:
    """その住所の戸口を通れる人。"""
    room = one.path.split("/")[1]
    person = "national" if "/settings/" in one.path or "/addresses/" in one.path else "admin"
    client = stage.client({"office": person, "mypage": "doctor"}.get(room, "visitor"))
    own = {
        "account_change_password", "address_change", "address_change_sent", "consent", "delegation_giving_up",
        "delegation_list", "registration_correction", "registration_licence", "registration_status", "session_time",
    }  # fmt: skip
    if one.name in own or room == "login-settings":
        client = stage.client("doctor")
    if "/applications/" in one.path and room == "mypage":
        client = stage.client("mover")
    client.handler.enforce_csrf_checks = options.get("enforce_csrf_checks", False)
    return client


def addresses_of_pages() -> list[Address]:
    """自分の頁を持つ住所。代理の帽子（acting）は、ほかの住所の頁を開くだけ。"""
    return [one for one in addresses() if one.name != "acting"]


def filled(stage: Stage, one: Address) -> str:
    """住所の空いたところを埋める。"""
    is_national = "/settings/" in one.path or "/addresses/" in one.path
    is_move = one.path.startswith("/mypage/applications/")
    receipt_no = stage.held.receipt_no if is_move else stage.application.receipt_no
    words = {
        "code": "00" if is_national else "14-021",
        "pk": str(stage.credit.pk if "credits" in one.path else stage.president.pk),
        "receipt_no": receipt_no,
        "subject": "moving",
        "step": "reason" if is_move else "note",
        "key": "a1",
        "book": "doctor",
        "kind": "terms",
        "number": "1",
        "page": "1",
        "position": "1",
    }
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: words.get(match[1], "x"), one.path)


def own_token(client: Client) -> dict[str, str]:
    """この人の頁にある合言葉。"""
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get("/password/reset/").content.decode())
    return {"csrfmiddlewaretoken": found[1]} if found else {}
