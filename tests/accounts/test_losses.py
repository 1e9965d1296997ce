"""二要素をなくした人の申し出、別の管理者による解除、登録し直すリンク。"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.accounts import policy as account_policy
from mamis.accounts.models import FactorLoss
from mamis.accounts.operations import (
    AlreadyDecided,
    LinkNeeded,
    MustWait,
    OwnLoss,
    add_app,
    refuse_release,
    release_factors,
    report_loss,
    require_link,
    send_enrolment_link,
)
from mamis.accounts.operations.losses import enrolment_key
from mamis.associations import policy
from mamis.associations.rules import Role
from mamis.mail.models import Message
from tests.accounts.authenticator import SECRET, code_at, enrol
from tests.world import PASSWORD

HERE = "192.0.2.1"


@pytest.fixture
def clerk(world):
    return world.clerk(world.district).user


@pytest.fixture
def admin(world):
    return world.admin(world.district)


@pytest.fixture
def loss(clerk):
    enrol(clerk)
    return report_loss(clerk, "落とした", at=timezone.now())


def release(loss, by):
    return release_factors(loss, how="電話で", by=by.user, association=by.association.name, at=timezone.now())


def halfway(user) -> Client:
    client = Client()
    client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD})
    return client


def test_only_somebody_who_knows_the_password_reports_a_loss(clerk, posted, client):
    enrol(clerk)
    posted()
    assert client.post("/sign-in/second-step/loss/", {"reason": "落とした"})["Location"] == "/sign-in/"

    response = halfway(clerk).post("/sign-in/second-step/loss/", {"reason": "落とした"})

    assert response["Location"] == "/sign-in/second-step/loss/sent/"
    assert posted() == [("FactorLossAsked", clerk.email)]


def test_reporting_twice_is_one_report_and_one_mail(clerk, loss, posted):
    posted()

    assert report_loss(clerk, "もう一度", at=timezone.now()) == loss
    assert posted() == []


def test_release_takes_factors_codes_and_sessions_and_sends_the_link(clerk, loss, admin, posted, world):
    client = Client()
    client.post("/sign-in/", {"sign_in_name": clerk.email, "password": PASSWORD})
    client.post("/sign-in/second-step/", {"code": code_at(timezone.now())})
    assert client.get("/login-settings/").status_code == 200
    posted()

    release(loss, admin)

    assert posted() == [("FactorsReleased", clerk.email)]
    assert not account_policy.factors_of(clerk).exists()
    assert not account_policy.unused_codes_of(clerk).exists()
    assert client.get("/login-settings/")["Location"].startswith("/sign-in/")
    kept = FactorLoss.objects.get()
    assert (kept.decided_by, kept.decided_as, kept.how) == (admin.user, "みどり市医師会", "電話で")


def test_after_release_only_the_mailed_link_lets_enrol(clerk, loss, admin):
    release(loss, admin)
    now = timezone.now()
    key = enrolment_key(FactorLoss.objects.get(), now)

    other = key[:-1] + ("1" if key[-1] == "0" else "0")
    for wrong in ("", "x", "1-1-1", other, enrolment_key(FactorLoss.objects.get(), now - timedelta(hours=25))):
        with pytest.raises(LinkNeeded):
            add_app(clerk, SECRET, code_at(now), key=wrong, at=now)
    assert len(add_app(clerk, SECRET, code_at(now), key=key, at=now)) == 10
    assert FactorLoss.objects.get().closed_at == now
    require_link(clerk, "", at=now)


def test_the_link_dies_with_the_password(clerk, loss, admin):
    release(loss, admin)
    now = timezone.now()
    key = enrolment_key(FactorLoss.objects.get(), now)

    clerk.set_password("kumori-nochi-ame-ashita")
    clerk.save()

    with pytest.raises(LinkNeeded):
        require_link(clerk, key, at=now)


def test_the_link_of_one_person_opens_nothing_for_another(clerk, loss, admin, world):
    other = world.appoint(world.district, Role.CLERK, "二人 目").user
    enrol(other)
    release(loss, admin)
    other_loss = release(report_loss(other, "落とした", at=timezone.now()), admin)

    with pytest.raises(LinkNeeded):
        require_link(clerk, enrolment_key(other_loss, timezone.now()), at=timezone.now())


def test_the_whole_way_back_in_the_browser(clerk, loss, admin, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    release(loss, admin)
    link = Message.objects.filter(mail="FactorsReleased").get().body.split("http://localhost:8000")[1].split()[0]
    client = halfway(clerk)
    assert "届いたリンクを開いてください" in client.get("/login-settings/").content.decode()
    secret = client.get("/login-settings/app/").context["secret"].replace("-", "")
    refused = client.post("/login-settings/app/", {"code": code_at(timezone.now(), secret)})

    client.get(link)
    done = client.post("/login-settings/app/", {"code": code_at(timezone.now(), secret)})

    assert "登録し直すには、登録メールアドレスに届いたリンクを開いてください。" in refused.content.decode()
    assert done["Location"] == "/login-settings/codes/"
    assert client.get(reverse("office_home", args=["14-021"])).status_code == 200


def test_the_link_is_sent_again_but_not_endlessly(clerk, loss, admin, posted, world):
    release(loss, admin)
    posted()
    client = world.browser(clerk)

    answers = [client.post("/login-settings/link/", follow=True).content.decode() for _ in range(6)]

    assert len(posted()) == 5
    assert ["お送りしました。" in answers[0], "間をおいて" in answers[5]] == [True, True]
    with pytest.raises(MustWait):
        send_enrolment_link(clerk, address="127.0.0.1", at=timezone.now())


def test_who_needs_no_link_is_sent_none(clerk, posted):
    send_enrolment_link(clerk, address=HERE, at=timezone.now())

    assert posted() == []


def test_a_refusal_keeps_the_factor_and_is_told(clerk, loss, admin, posted):
    posted()

    refuse_release(loss, how="本人ではなかった", by=admin.user, association="みどり市医師会", at=timezone.now())

    assert posted() == [("FactorReleaseRefused", clerk.email)]
    assert account_policy.factors_of(clerk).count() == 1
    assert report_loss(clerk, "もう一度", at=timezone.now()) != loss


def test_one_decision_only_and_never_ones_own(clerk, loss, admin):
    with pytest.raises(OwnLoss):
        release_factors(loss, how="自分で", by=clerk, association="みどり市医師会", at=timezone.now())
    release(loss, admin)
    with pytest.raises(AlreadyDecided):
        release(loss, admin)


def test_who_may_release_whom(world, admin, clerk):
    """行：なくした人。列：決めようとする人。下の医師会は、上にも務める人の守りを解けない。"""
    d, o, p, n = world.district, world.other_district, world.prefecture, world.national
    second_admin = world.appoint(d, Role.ADMIN, "第二 管理")
    in_two = world.appoint(d, Role.CLERK, "掛持 花子").user
    world.appoint(p, Role.VIEWER, "掛持 花子", user=in_two)
    left = world.appoint(d, Role.CLERK, "退任 花子")
    left.ended_at = timezone.now()
    left.save()
    lost = {"clerk": clerk, "admin": admin.user, "in two": in_two, "national": world.admin(n).user, "left": left.user}
    deciders = {
        "clerk": world.clerk(d),
        "admin": admin,
        "second": second_admin,
        "other district": world.admin(o),
        "prefecture": world.admin(p),
        "other prefecture": world.admin(world.other_prefecture),
        "national": world.admin(n),
        "second national": world.appoint(n, Role.ADMIN, "第二 日医"),
    }
    losses = {name: report_loss(user, "落とした", at=timezone.now()) for name, user in lost.items()}

    may = {
        name: {who for who, staff in deciders.items() if policy.losses_decidable_by(staff).filter(pk=loss.pk).exists()}
        for name, loss in losses.items()
    }

    assert may == {
        "clerk": {"admin", "second", "prefecture", "national", "second national"},
        "admin": {"second", "prefecture", "national", "second national"},
        "in two": {"prefecture", "national", "second national"},
        "national": {"second national"},
        "left": set(),
    }


def test_the_page_decides_either_way(world, clerk, loss, admin):
    browser = world.browser(admin.user)
    page = reverse("office_factor_loss", args=["14-021", loss.pk])

    refused = browser.post(page, {"how": "本人ではない", "refuse": "1"}, follow=True).content.decode()
    again = report_loss(clerk, "もう一度", at=timezone.now())
    released = browser.post(
        reverse("office_factor_loss", args=["14-021", again.pk]), {"how": "会って"}, follow=True
    ).content.decode()

    assert ["解除を断りました。" in refused, "解除しました。" in released] == [True, True]
    assert browser.get(page).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_whatever_its_length(world, admin, number, django_assert_num_queries):
    for count in range(number):
        user = world.appoint(world.district, Role.CLERK, f"紛失 {count}").user
        report_loss(user, "落とした", at=timezone.now())
    browser = world.browser(admin.user)
    browser.get("/login-settings/")

    with django_assert_num_queries(12):
        assert browser.get(reverse("office_factor_losses", args=["14-021"])).status_code == 200
