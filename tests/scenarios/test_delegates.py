"""操作マニュアル（医師向け）「代理を頼む」。一文に一つの試験。"""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mamis.accounts.models import User
from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.doctors.models import Delegation
from mamis.doctors.operations import DelegateLinkDead, OwnCase, end_delegation, open_delegation
from mamis.mail.models import Message
from mamis.training import policy
from mamis.training.models import CompletionHistory
from mamis.training.operations import record_credit, return_completion
from mamis.training.operations.credits import CreditEntry
from mamis.training.queries import CME, programme_of
from mamis.training.rules import Kind
from mamis.wizard.models import Draft
from tests.pages import words
from tests.project.boxes import ACTIVITY, days, first_activity
from tests.world import PASSWORD, agree_to_all

DELEGATES = "/mypage/delegates/"
ACCEPTANCE = "/delegations/acceptance/"


def invite(world, doctor, address="hisho@clinic.example", *, may_submit=False, last_on=None, name="秘書 文子"):
    """先生が代理を頼み、メールのリンクを返す。"""
    last_on = last_on or timezone.localdate() + timedelta(days=30)
    typed = (
        {"name": name, "relation": "secretary", "mail_address": address}
        | days("last_on", last_on)
        | ({"may_submit": "on"} if may_submit else {})
    )
    assert world.browser(doctor.user).post(DELEGATES, typed).url == DELEGATES
    return re.search(r"/delegations/\S+", Message.objects.filter(mail="DelegateInvited").latest("pk").body)[0]


def holding(link, client=None):
    """リンクを開いて、鍵を持った人の画面。"""
    client = client or Client()
    client.get(link)
    return client


def newcomer(link, name="秘書 文子"):
    """ログインのない人が引き受け、ログインした画面。"""
    answer = holding(link).post(
        ACCEPTANCE, {"name": name, "new_password": "hare-tokidoki-kumori", "again": "hare-tokidoki-kumori"}
    )
    assert answer.url == "/sign-in/"
    user = User.objects.latest("pk")
    agree_to_all(user)
    client = Client()
    client.post("/sign-in/", {"sign_in_name": user.email, "password": "hare-tokidoki-kumori"})
    return client


def root():
    return f"/for/{Delegation.objects.latest('pk').pk}"


def write_activity(browser, prefix):
    on = timezone.localdate() - timedelta(days=30)
    typed = {"activity": first_activity(), "place": "急患診療所", "times": "1", "note": "", "next": "1"}
    return browser.post(prefix + ACTIVITY, typed | days("from_on", on))


def ready(world, doctor):
    """申請できるだけの単位を、いまの日付でそろえる。"""
    world.credit(doctor, 20, timezone.localdate() - timedelta(days=60))


def test_頼まれた人はメールのリンクから氏名とパスワードを決めて引き受け自分のログインで先生の画面を開く(
    world, doctor, posted
):
    link = invite(world, doctor)

    browser = newcomer(link)
    home = browser.get("/", follow=True)
    shown = home.content.decode()

    assert home.redirect_chain == [(f"{root()}/mypage/", 302)]
    assert "山田 太郎 先生の代理" in shown
    assert "秘書 文子 さん" in shown
    assert f'href="{root()}/mypage/training/"' in shown
    assert posted() == [("DelegateInvited", "hisho@clinic.example"), ("DelegateAccepted", doctor.contact_address)]


def test_すでにログインのある人はそのログインで引き受け画面の上で立場を替える(world, doctor):
    clerk = world.clerk(world.other_district).user
    browser = world.browser(clerk)

    accepted = holding(invite(world, doctor, clerk.email), browser).post(ACCEPTANCE)
    office = browser.get("/office/26-011/").content.decode()

    assert accepted.url == f"{root()}/mypage/"
    assert f'href="{root()}/mypage/"' in office
    assert "山田 太郎 先生の代理の画面へ" in office


@pytest.mark.parametrize(
    "path",
    ["/mypage/", "/mypage/training/", "/mypage/training/completion/", "/mypage/credits/", "/mypage/completions/"],
)
def test_代理の人は単位と申請の状況を見られる(world, doctor, path):
    browser = newcomer(invite(world, doctor))

    assert (browser.get(root() + path).status_code, browser.get(path).status_code) == (200, 404)


@pytest.mark.parametrize(
    "path",
    ["/mypage/account/", "/mypage/account/contact/", "/mypage/messages/", "/mypage/delegates/", "/mypage/viewings/"],
)
def test_代理の人はアドレスや送信履歴や代理には触れられない(world, doctor, path):
    browser = newcomer(invite(world, doctor, may_submit=True))

    assert browser.get(root() + path).status_code == 404


@pytest.mark.parametrize("may_submit", [False, True])
def test_申請を任せるのは修了申請と届出の両方であることがどの画面でも分かる(world, doctor, may_submit):
    own = world.browser(doctor.user)
    assert "修了申請と届出を申請することも任せる" in words(own.get(DELEGATES))
    link = invite(world, doctor, may_submit=may_submit)
    assert "修了申請と届出を申請する（先生がお任せになったときだけ）" in words(own.get(DELEGATES))

    asked = words(holding(link, Client()).get(ACCEPTANCE))

    assert ("修了申請と届出を申請すること（先生ご自身が行います）" in asked) == (not may_submit)
    assert asked.count("修了申請と届出を申請する") == 1
    for never in ("申請と届出の取下げ", "医師会のお尋ねへの答え", "異動の取りやめ"):
        assert never in asked


def test_代理の人が書いた下書きは先生が続けられ申請は先生が行う(world, doctor):
    ready(world, doctor)
    browser = newcomer(invite(world, doctor))
    check = "/mypage/training/completion/application/check/"

    write_activity(browser, root())
    page = browser.get(root() + check).content.decode()
    refused = browser.post(root() + check, {"next": "1"})

    assert Draft.objects.get().owner == doctor.user
    assert "先生ご自身が行います" in page
    assert "修了を申請する</button>" not in page
    assert (refused.url, CompletionHistory.objects.count()) == (root() + check, 0)
    assert "急患診療所" in world.browser(doctor.user).get(check).content.decode()


def test_先生が任せたときは代理の人が申請でき名に代理と残る(world, doctor):
    ready(world, doctor)
    browser = newcomer(invite(world, doctor, may_submit=True))
    write_activity(browser, root())

    browser.post(root() + "/mypage/training/completion/application/check/", {"next": "1"})

    step = CompletionHistory.objects.get()
    mine = world.browser(doctor.user).get(f"/mypage/completions/{step.application.receipt_no}/").content.decode()
    case = f"/office/14-021/completions/{step.application.receipt_no}/"
    office = world.browser(world.clerk(world.district).user).get(case).content.decode()
    assert (step.by_name, step.by_user.name) == ("秘書 文子（代理）", "秘書 文子")
    assert "秘書 文子（代理）がみどり市医師会に申請しました" in mine
    assert "秘書 文子（代理）" in office
    assert AuditEntry.objects.filter(act="代理の操作", user=step.by_user).count() == 2


def test_代理の人は修了証を取り出せ記録に残り取り下げはできない(world, doctor, application):
    browser = newcomer(invite(world, doctor, may_submit=True))
    case = f"/mypage/completions/{application.receipt_no}/"
    withdrawal = browser.post(f"{root()}{case}withdrawal/")
    world.approve(application, world.clerk(world.district))

    paper = browser.get(f"{root()}{case}certificate.pdf")

    assert (withdrawal.status_code, paper.status_code) == (404, 200)
    assert AuditEntry.objects.filter(act="代理の操作", about__endswith="certificate.pdf").count() == 1


@pytest.mark.parametrize("how", ["ended", "late", "stopped"])
def test_先生が終えるか期限が過ぎるとすぐに開けなくなる(world, doctor, how, posted):
    browser = newcomer(invite(world, doctor))
    delegation = Delegation.objects.get()
    posted()

    if how == "ended":
        world.browser(doctor.user).post(f"{DELEGATES}{delegation.pk}/end/")
    elif how == "late":
        today = timezone.localdate()
        Delegation.objects.update(set_on=today - timedelta(days=9), until_on=today)
    else:
        User.objects.filter(pk=doctor.user_id).update(is_active=False)

    assert browser.get(f"{root()}/mypage/").status_code == 404
    assert browser.get("/").status_code == 200
    assert posted() == ([("DelegateEnded", "hisho@clinic.example")] if how == "ended" else [])


def test_期限は一年までで延ばすことができる(world, doctor):
    today, browser = timezone.localdate(), world.browser(doctor.user)
    newcomer(invite(world, doctor))
    renewal = f"{DELEGATES}{Delegation.objects.get().pk}/renewal/"

    too_long = browser.post(renewal, days("last_on", today + timedelta(days=366)))
    renewed = browser.post(renewal, days("last_on", today + timedelta(days=365)) | {"may_submit": "on"})

    assert "期限は、今日から一年以内" in too_long.content.decode()
    assert (renewed.status_code, Delegation.objects.get().may_submit) == (302, True)
    with pytest.raises(IntegrityError, match="delegation_lasts_a_year"), transaction.atomic():
        Delegation.objects.update(until_on=today + timedelta(days=400))


@pytest.mark.parametrize("how", ["used", "ended", "torn"])
def test_リンクは一回だけ使え先生が取りやめれば使えない(world, doctor, how):
    link = invite(world, doctor)
    if how == "used":
        newcomer(link)
    elif how == "ended":
        end_delegation(Delegation.objects.get(), at=timezone.now())
    else:
        link = link.replace("-", "-0")

    assert Client().get(link, follow=True).status_code == 410


def test_リンクは七十二時間のあいだ使える(world, doctor):
    key = invite(world, doctor).strip("/").rpartition("/")[2]
    invited_at = Delegation.objects.get().invited_at

    assert open_delegation(key, at=invited_at + timedelta(hours=71)).name == "秘書 文子"
    with pytest.raises(DelegateLinkDead):
        open_delegation(key, at=invited_at + timedelta(hours=72))
    with pytest.raises(DelegateLinkDead):
        open_delegation("x", at=invited_at)


def test_代理の期限が過ぎたリンクは使えない(world, doctor):
    link = invite(world, doctor, last_on=timezone.localdate())
    today = timezone.localdate()
    assert Client().get(link, follow=True).status_code == 200

    Delegation.objects.update(set_on=today - timedelta(days=1), until_on=today)

    assert Client().get(link, follow=True).status_code == 410


def test_自分の代理にはなれず同じ人が二度は引き受けられない(world, doctor):
    clerk = world.clerk(world.other_district).user
    mine = world.browser(doctor.user)
    typed = {"name": "自分", "relation": "other", "mail_address": doctor.user.email} | days(
        "last_on", timezone.localdate() + timedelta(days=9)
    )

    own_address = mine.post(DELEGATES, typed).content.decode()
    own_link = holding(invite(world, doctor), mine).post(ACCEPTANCE).content.decode()
    theirs = world.browser(clerk)
    holding(invite(world, doctor, clerk.email), theirs).post(ACCEPTANCE)
    twice = holding(invite(world, doctor, clerk.email), theirs).post(ACCEPTANCE).content.decode()

    assert "先生ご自身は、ご自分の代理になれません。" in own_address
    assert "先生ご自身は、ご自分の代理になれません。" in own_link
    assert "すでに、この先生の代理を引き受けています。" in twice


def test_ログインのある人のアドレスなら引き受ける画面はログインへ案内する(world, doctor):
    clerk = world.clerk(world.other_district).user
    link = invite(world, doctor, clerk.email)

    opened = holding(link).get(ACCEPTANCE).content.decode()
    tried = holding(link).post(ACCEPTANCE, {"name": "別人", "new_password": PASSWORD, "again": PASSWORD})

    assert f'href="/sign-in/?next={ACCEPTANCE}"' in opened
    assert (tried.url, Delegation.objects.get().user) == ("/sign-in/", None)


def test_代理を引き受けた事務局の人はその先生の申請も単位も決められない(world, doctor, application):
    clerk = world.appoint(world.district, Role.CLERK, "兼任 五郎")
    holding(invite(world, doctor, clerk.user.email), world.browser(clerk.user)).post(ACCEPTANCE)

    page = world.browser(clerk.user).get(f"/office/14-021/completions/{application.receipt_no}/").content.decode()

    assert "代理を引き受けている医師の申請は、ほかの担当者が決定します" in page
    assert not policy.decidable_by(clerk).exists()
    assert not policy.creditable_by(clerk, world.on).filter(pk=doctor.pk).exists()
    with pytest.raises(OwnCase):
        return_completion(application, reason="理由", seen=world.seen(application), by=clerk, at=world.at)
    with pytest.raises(OwnCase):
        entry = CreditEntry(programme_of(CME).pk, Kind.KNOWLEDGE, "講演会", world.on, 2, "名簿")
        record_credit(doctor, entry, by=clerk, at=world.at)
    with pytest.raises(IntegrityError, match="nobody decides their own application"), transaction.atomic():
        type(application).objects.update(decided_by=clerk.user)


def test_代わりに申請した人は代理が終わってもその申請を決められない(world, doctor):
    ready(world, doctor)
    clerk = world.appoint(world.district, Role.CLERK, "兼任 五郎")
    browser = world.browser(clerk.user)
    holding(invite(world, doctor, clerk.user.email, may_submit=True), browser).post(ACCEPTANCE)
    write_activity(browser, root())
    browser.post(root() + "/mypage/training/completion/application/check/", {"next": "1"})
    application = CompletionHistory.objects.get().application
    end_delegation(Delegation.objects.get(), at=timezone.now())

    assert not policy.answerable_by(clerk).exists()
    with pytest.raises(OwnCase):
        return_completion(application, reason="理由", seen=world.seen(application), by=clerk, at=timezone.now())


def test_帽子なしの頁への案内は帽子なしの住所に戻る(world, doctor):
    browser = newcomer(invite(world, doctor))

    moved = [browser.get(f"{root()}{path}").url for path in ("/manual/", "//evil.example/", "/\\evil.example")]
    signed_out = browser.post(f"{root()}/sign-out/")

    assert moved == ["/manual/", "/evil.example/", "/evil.example"]
    assert (signed_out.status_code, signed_out.url) == (307, "/sign-out/")


def test_代理の人は自分から代理をやめられ先生に知らされる(world, doctor, posted):
    browser = newcomer(invite(world, doctor))
    posted()

    page = browser.get("/delegations/").content.decode()
    answer = browser.post(f"/delegations/{Delegation.objects.get().pk}/end/", follow=True).content.decode()

    assert "山田 太郎 先生" in page
    assert "山田 太郎 先生の代理をやめました。" in answer
    assert "いま、引き受けている代理はありません" in answer
    assert browser.get(f"{root()}/mypage/").status_code == 404
    assert posted() == [("DelegateGaveUp", doctor.contact_address)]


def test_期限の過ぎた代理も終えられ別の先生の代理には触れられない(world, doctor):
    browser = newcomer(invite(world, doctor))
    other = world.delegate(world.member("鈴木", "花子", world.district), "別の秘書")
    today = timezone.localdate()
    Delegation.objects.exclude(pk=other.pk).update(set_on=today - timedelta(days=9), until_on=today)

    page = browser.get("/delegations/").content.decode()

    assert "期限切れ" in page
    assert "山田 太郎 先生の画面を開く" not in page
    assert browser.post(f"/delegations/{other.pk}/end/").status_code == 404
    assert browser.post(f"/delegations/{Delegation.objects.earliest('pk').pk}/end/").status_code == 302


def test_何人もの先生の代理ならTOPは先生を選ぶ画面になる(world, doctor):
    browser = newcomer(invite(world, doctor))
    other = world.member("鈴木", "花子", world.district)
    world.delegate(other, "", Delegation.objects.get().user)

    page = browser.get("/", follow=True)

    assert page.redirect_chain == [("/delegations/", 302)]
    assert "山田 太郎 先生の画面を開く" in page.content.decode()
    assert "鈴木 花子 先生の画面を開く" in page.content.decode()


def test_代理の人が書き先生が申請しても入力した人が先生と申請先に見える(world, doctor):
    ready(world, doctor)
    write_activity(newcomer(invite(world, doctor)), root())
    mine, check = world.browser(doctor.user), "/mypage/training/completion/application/check/"

    card = mine.get("/mypage/training/completion/").content.decode()
    asked = mine.get(check).content.decode()
    receipt = mine.post(check, {"next": "1"}, follow=True).content.decode()

    step = CompletionHistory.objects.get()
    case = f"/office/14-021/completions/{step.application.receipt_no}/"
    office = world.browser(world.clerk(world.district).user).get(case).content.decode()
    assert step.by_name == doctor.name
    assert "代理の 秘書 文子 さんが入力したところがあります" in card
    assert "代理の 秘書 文子 さんが入力したところがあります" in asked
    assert "代理の 秘書 文子 さんが入力" in receipt
    assert "代理の 秘書 文子 さんが入力したものです" in office


def test_先生が自分で書いた申請には代理の印は付かない(world, doctor):
    ready(world, doctor)
    newcomer(invite(world, doctor))
    mine, check = world.browser(doctor.user), "/mypage/training/completion/application/check/"
    write_activity(mine, "")

    asked = mine.get(check).content.decode()
    receipt = mine.post(check, {"next": "1"}, follow=True).content.decode()

    assert "代理の" not in asked + receipt


def test_代理の人がしたことは先生の代理の頁に並ぶ(world, doctor, application):
    browser = newcomer(invite(world, doctor, may_submit=True))
    world.approve(application, world.clerk(world.district))

    browser.get(f"{root()}/mypage/completions/{application.receipt_no}/certificate.pdf")
    page = world.browser(doctor.user).get(DELEGATES).content.decode()

    assert "代理の 秘書 文子 さんが、修了証をダウンロードしました" in page


def test_代理の人も規約とお知らせに自分で同意するまで先生の画面は開かない(world, doctor):
    link = invite(world, doctor)
    password = {"new_password": "hare-tokidoki-kumori", "again": "hare-tokidoki-kumori"}
    holding(link).post(ACCEPTANCE, {"name": "秘書 文子", **password})
    user, client = User.objects.latest("pk"), Client()
    client.post("/sign-in/", {"sign_in_name": user.email, "password": "hare-tokidoki-kumori"})

    answer = client.get(f"{root()}/mypage/")

    assert (answer.status_code, answer.url) == (302, f"/consent/?next={root()}/mypage/")


def test_知られているアドレスにも知られていないアドレスにも先生への答えは同じ(world, doctor):
    mine, clerk = world.browser(doctor.user), world.clerk(world.other_district).user
    terms = days("last_on", timezone.localdate() + timedelta(days=30))

    answers = []
    for address in (clerk.email, "dare-mo@hana.example"):
        typed = {"name": "秘書 文子", "relation": "secretary", "mail_address": address} | terms
        page = mine.post(DELEGATES, typed, follow=True).content.decode()
        answers.append(re.sub(r'value="[^"]*"|/delegates/\d+/', "", page).replace(address, ""))
        end_delegation(Delegation.objects.latest("pk"), at=timezone.now())

    assert answers[0] == answers[1]


def test_代理のいない人の頁は問い合わせを一つも増やさない(world, doctor):
    mine = world.browser(doctor.user)
    mine.get(DELEGATES)
    with CaptureQueriesContext(connection) as seen:
        mine.get("/mypage/messages/")

    asked = [one["sql"] for one in seen if 'FROM "doctors_delegation"' in one["sql"]]
    assert [sql for sql in asked if "EXISTS" not in sql] == []
