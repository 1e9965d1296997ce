"""だれでも開ける、修了証の確認。"""

from datetime import date, timedelta

import pytest
from django.test import Client

from mamis.training.models import Certificate, ProgrammeRule
from tests.pages import words_in_main as words
from tests.training.test_mypage import certify_long_ago


@pytest.fixture
def certificate(world, application):
    world.approve(application, world.clerk(world.district))
    return Certificate.objects.get()


def look(token: str):
    return Client().get(f"/v/{token}/")


def test_a_valid_certificate_shows_what_the_paper_shows(certificate):
    shown = words(look(certificate.token))

    assert "この修了証は有効です" in shown
    facts = [
        f"第 {certificate.number} 号",
        "山田 太郎",
        certificate.licence_number,
        "かかりつけ医機能報告制度にかかる研修",
        "2026年11月2日（令和8年）",
        "2029年11月1日（令和11年）",
        "みどり市医師会 会長 架空 会長",
    ]
    assert [fact for fact in facts if fact not in shown] == []


def test_it_shows_no_more_than_the_paper(certificate, doctor, application):
    page = look(certificate.token).content.decode()

    private = [application.receipt_no, doctor.contact_address, "1978", doctor.telephone, doctor.family_kana]
    assert [fact for fact in private if fact in page] == []


def test_an_expired_certificate(world, application):
    ProgrammeRule.objects.update(validity_months=1)
    application.rule.refresh_from_db()
    world.approve(application, world.clerk(world.district))
    certificate = Certificate.objects.get()

    assert (certificate.standing(date(2026, 12, 1)), certificate.standing(date(2026, 12, 2))) == ("valid", "expired")


def test_the_page_of_an_expired_certificate(world, doctor):
    certificate = certify_long_ago(world, doctor, validity_months=6)

    assert "この修了証は期限が切れています" in words(look(certificate.token))


def test_a_revoked_certificate(world, certificate):
    Certificate.objects.update(revoked_at=world.at + timedelta(days=1))

    shown = words(look(certificate.token))
    assert "この修了証は取り消されています" in shown
    assert "この修了証は有効です" not in shown


@pytest.mark.parametrize("token", ["A" * 43, "x", "%F0%9F%92%89" * 9, "A" * 5000])
def test_an_unknown_token_is_answered_kindly(db, token):
    response = look(token)

    assert response.status_code == 404
    assert "この修了証は確認できません" in words(response)


def test_a_token_that_cannot_be_read_is_not_found(db):
    assert look("%00").status_code == 404


@pytest.mark.parametrize("known", [True, False])
def test_the_address_is_kept_nowhere(certificate, known):
    response = look(certificate.token if known else "A" * 43)

    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_looking_changes_nothing_but_by_get(certificate):
    assert Client().post(f"/v/{certificate.token}/").status_code == 405
