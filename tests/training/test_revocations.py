"""承認のあと：当日の取りやめ、取消し、修了証の取り出し。"""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from mamis.associations.rules import Role
from mamis.doctors.operations import OwnCase
from mamis.training import policy, queries
from mamis.training.models import (
    Certificate,
    CertificateTaken,
    CompletionApplication,
    CompletionHistory,
    CountedLine,
    CreditLine,
    ProgrammeRule,
)
from mamis.training.operations import (
    CertificateGone,
    TooLateToUndo,
    reverse_credit,
    revoke_completion,
    take_certificate,
    undo_approval,
)
from mamis.training.rules import Kind
from mamis.workflow.table import NotAllowed, PageIsStale

REASON = "別の方の記録と取り違えました。"


@pytest.fixture
def approved(world, application):
    world.approve(application, world.clerk(world.district))
    application.refresh_from_db()
    return application


@pytest.fixture
def certificate(approved):
    return Certificate.objects.get(application=approved)


def undo(world, application, *, at=None, by=None):
    later = at or world.at + timedelta(hours=5)
    return undo_approval(application, reason=REASON, by=by or world.clerk(world.district), at=later)


def revoke(world, application, *, at=None, by=None):
    later = at or world.at + timedelta(days=30)
    return revoke_completion(application, reason=REASON, by=by or world.admin(world.district), at=later)


def field_units(doctor):
    return sum(line.half_units for line in CreditLine.objects.filter(doctor=doctor, kind=Kind.FIELD))


def test_undoing_puts_everything_back_and_keeps_what_happened(world, approved, certificate, posted):
    before = certificate.number

    undone = undo(world, approved)

    certificate.refresh_from_db()
    assert (undone.state, undone.decided_at, undone.decided_by) == ("submitted", None, None)
    assert (certificate.voided_at, certificate.standing(date(2026, 11, 2))) == (world.at + timedelta(hours=5), "void")
    assert field_units(approved.doctor) == 0
    assert queries.evaluation_of(approved).total == 21
    assert list(
        CompletionHistory.objects.filter(application=approved).order_by("pk").values_list("event", "comment")
    ) == [("submit", ""), ("approve", ""), ("undo", REASON)]
    assert posted() == [("CompletionUndone", approved.doctor.contact_address)]
    world.approve(approved, world.admin(world.district))
    assert Certificate.objects.get(application=approved, voided_at=None).number != before
    assert CountedLine.objects.filter(certificate__voided_at=None).count() == 2
    assert (field_units(approved.doctor), queries.evaluation_of(approved).total) == (2, 21)


def test_a_certificate_once_taken_is_revoked_not_undone(world, approved, certificate, doctor):
    take_certificate(certificate, by=doctor.user, at=world.at + timedelta(hours=3))
    take_certificate(certificate, by=doctor.user, at=world.at + timedelta(hours=4))

    with pytest.raises(TooLateToUndo, match="ダウンロード"):
        undo(world, approved)

    assert CertificateTaken.objects.get().taken_at == world.at + timedelta(hours=3)
    assert revoke(world, approved).state == "revoked"


@pytest.mark.parametrize(("hours", "may"), [(11, True), (12, False)])
def test_only_on_the_day_of_the_approval_in_japan(world, approved, hours, may):
    # 承認は 11 月 2 日 14 時（日本時間）、世界の時計は 12 時。
    at = world.at + timedelta(hours=hours, minutes=30)
    day_ends = world.at + timedelta(hours=12)

    if may:
        assert undo(world, approved, at=at).state == "submitted"
    else:
        assert at >= day_ends
        with pytest.raises(TooLateToUndo, match="承認した日が過ぎている"):
            undo(world, approved, at=at)


def test_not_when_the_doctor_has_applied_again(world, application):
    ProgrammeRule.objects.update(validity_months=12)
    application.rule.refresh_from_db()
    world.approve(application, world.clerk(world.district))
    world.submit(application.doctor, world.district, at=world.at + timedelta(hours=3))

    with pytest.raises(TooLateToUndo, match="次の修了申請"):
        undo(world, application)


def test_revoking_ends_the_certificate_and_lets_the_doctor_apply_anew(world, approved, certificate, posted):
    revoked = revoke(world, approved)

    certificate.refresh_from_db()
    assert (revoked.state, revoked.decided_by) == ("revoked", world.clerk(world.district).user)
    assert certificate.standing(date(2026, 12, 3)) == "revoked"
    assert field_units(approved.doctor) == 0
    assert queries.evaluation_of(approved).total == 21
    assert posted() == [("CompletionRevoked", approved.doctor.contact_address)]
    again = world.submit(approved.doctor, world.district, at=world.at + timedelta(days=31))
    assert (again.state, queries.evaluation_of(again).field) == ("submitted", 2)


def test_a_line_already_reversed_stays_reversed_once(world, approved):
    line = CreditLine.objects.get(field_report__isnull=False)
    reverse_credit(line, ground="出務表の誤り", by=world.clerk(world.district), at=world.at)

    revoke(world, approved)

    assert CreditLine.objects.filter(reverses=line).count() == 1


@pytest.mark.parametrize("act", [undo, revoke])
def test_nothing_else_is_taken_back(world, application, approved, act):
    own = world.appoint(world.district, Role.ADMIN, "山田 太郎", user=approved.doctor.user)

    with pytest.raises(OwnCase):
        act(world, approved, by=own)
    with pytest.raises(PageIsStale):
        act(world, approved, by=world.admin(world.other_district))
    act(world, approved)
    with pytest.raises(NotAllowed):
        act(world, approved)


def test_a_doctor_without_an_account_is_nobodys_own_case(world):
    doctor = world.member("紙野", "一郎", world.district, signs_in=False)
    world.credit(doctor, 19, date(2026, 3, 14))
    application = world.submit(doctor, world.district)
    world.approve(application, world.clerk(world.district))

    assert revoke(world, application).state == "revoked"


@pytest.mark.parametrize("act", [undo, revoke])
def test_a_certificate_taken_back_is_not_taken_any_more(world, approved, certificate, act):
    act(world, approved)

    with pytest.raises(CertificateGone):
        take_certificate(certificate, by=approved.doctor.user, at=world.at)


# 画面


@pytest.fixture
def today(world):
    """今日承認された申請。"""
    doctor = world.member("青木", "花子", world.district)
    world.credit(doctor, 19, timezone.localdate() - timedelta(days=9), by=world.clerk(world.district))
    world.at = timezone.now() - timedelta(hours=2)
    application = world.submit(doctor, world.district, at=timezone.now())
    world.approve(application, world.clerk(world.district))
    CompletionApplication.objects.filter(pk=application.pk).update(decided_at=timezone.now())
    return application


def address(name, application):
    return reverse(f"office_completion_{name}", args=["14-021", application.receipt_no])


def test_the_doctor_takes_the_paper_and_undoing_is_refused_with_the_way_on(world, today):
    clerk = world.browser(world.clerk(world.district).user)
    paper = reverse("mypage_certificate", args=[today.receipt_no])

    offered = clerk.get(address("undoing", today)).status_code
    taken = world.browser(today.doctor.user).get(paper)
    refused = clerk.post(address("undoing", today), {"reason": REASON})

    assert (offered, taken.status_code, refused.status_code) == (200, 200, 422)
    assert "管理者が「取消」をしてください。" in refused.content.decode()
    assert CertificateTaken.objects.get().taken_by == today.doctor.user


def test_undoing_by_the_page_and_the_paper_is_gone(world, today):
    clerk = world.browser(world.clerk(world.district).user)
    token = Certificate.objects.get(application=today).token

    empty = clerk.post(address("undoing", today), {"reason": " "})
    done = clerk.post(address("undoing", today), {"reason": REASON}, follow=True)
    again = clerk.post(address("undoing", today), {"reason": REASON})
    paper = world.browser(today.doctor.user).get(reverse("mypage_certificate", args=[today.receipt_no]))
    public = clerk.get(f"/v/{token}/").content.decode()

    assert (empty.status_code, again.status_code, paper.status_code) == (422, 409, 404)
    assert clerk.get(address("undoing", today)).status_code == 404
    assert clerk.get(address("undoing", today).replace("undoing/", "")).context["certificate"] is None
    assert not policy.certificates_of(today.doctor).exists()
    assert "承認を取りやめました。" in done.content.decode()
    assert "この修了証は無効です" in public
    assert "この修了証は有効です" not in public


def test_an_administrator_revokes_and_the_doctor_reads_it(world, approved, certificate):
    admin = world.browser(world.admin(world.district).user)
    doctor = world.browser(approved.doctor.user)

    offered = admin.get(address("revocation", approved)).status_code
    done = admin.post(address("revocation", approved), {"reason": REASON}, follow=True).content.decode()
    gone = admin.get(address("revocation", approved)).status_code
    page = doctor.get(reverse("mypage_completion", args=[approved.receipt_no])).content.decode()

    assert (offered, gone) == (200, 404)
    assert "承認を取り消しました。" in done
    assert "みどり市医師会が承認を取り消しました" in page
    assert REASON in page
    assert "取り消されました" in page
    assert "この修了証は取り消されています" in doctor.get(f"/v/{certificate.token}/").content.decode()


def test_the_case_offers_only_what_may_be_done(world, today):
    links = ["undoing/", "revocation/"]
    pages = {
        who: world.browser(staff.user).get(address("undoing", today).replace("undoing/", "")).content.decode()
        for who, staff in (
            ("admin", world.admin(world.district)),
            ("clerk", world.clerk(world.district)),
            ("viewer", world.appoint(world.district, Role.VIEWER, "閲覧 五郎")),
        )
    }

    assert {who: [link in page for link in links] for who, page in pages.items()} == {
        "admin": [True, True],
        "clerk": [True, False],
        "viewer": [False, False],
    }


def test_who_may_take_back(world, approved):
    own = world.appoint(world.district, Role.ADMIN, "山田 太郎", user=approved.doctor.user)
    people = {
        "admin": world.admin(world.district),
        "clerk": world.clerk(world.district),
        "viewer": world.appoint(world.district, Role.VIEWER, "閲覧 五郎"),
        "own": own,
        "other": world.admin(world.other_district),
    }

    assert {
        who: (policy.undoable_by(staff).exists(), policy.revocable_by(staff).exists()) for who, staff in people.items()
    } == {
        "admin": (True, True),
        "clerk": (True, False),
        "viewer": (False, False),
        "own": (False, False),
        "other": (False, False),
    }


def test_the_database_gives_a_report_its_credit_once(world, approved):
    line = CreditLine.objects.get(field_report__isnull=False)
    line.pk = None

    with pytest.raises(Exception, match="once"), transaction.atomic():
        line.save(force_insert=True)
