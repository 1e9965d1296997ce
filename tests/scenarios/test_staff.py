"""操作マニュアル（事務局向け）「担当者を招く」「役割を変える、務めを終える」。一文に一つの試験。"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.accounts.models import User
from mamis.accounts.operations import create_user, deactivate_user
from mamis.associations import operations
from mamis.associations.models import Invitation, Staff
from mamis.associations.rules import Role
from mamis.training.models import Certificate
from tests.world import PASSWORD, agree_to_all

ADDRESS = "shinjin@midori.example"
NEW_PASSWORD = "kumori-nochi-ame-ashita"


@pytest.fixture
def admin(world):
    return world.browser(world.admin(world.district).user)


def invite(admin, address=ADDRESS, role="clerk"):
    return admin.post(reverse("office_invitation_new", args=["14-021"]), {"address": address, "role": role})


def open_link(client):
    key = operations.invitation_key(Invitation.objects.latest("pk"))
    return client.get(reverse("invitation_link", args=[key]), follow=True)


def read(client, name="office_staff", *args):
    return client.get(reverse(name, args=["14-021", *args])).content.decode()


def test_管理者は担当者を招きはじめての方は氏名とパスワードを決めて働き始める(world, admin):
    invite(admin)
    visitor = Client()
    open_link(visitor)

    visitor.post(reverse("invitation"), {"name": "新田 新", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD})
    agree_to_all(User.objects.get(email=ADDRESS))
    visitor.post("/sign-in/", {"sign_in_name": ADDRESS, "password": NEW_PASSWORD})

    assert "本日の仕事" in read(visitor, "office_home")
    assert "新田 新" in read(admin)


def test_すでにご利用の方はログインして承諾する(world, admin):
    person = world.clerk(world.other_district).user
    invite(admin, person.email)
    visitor = Client()
    open_link(visitor)
    visitor.post("/sign-in/", {"sign_in_name": person.email, "password": PASSWORD})

    visitor.post(reverse("invitation"))

    assert "さくら市医師会へ" in read(visitor, "office_home")


def test_招いた人への答えはそのアドレスの利用者がいるかどうかによらない(world, admin):
    create_user(email="known@midori.example", name="既知 花", at=world.at)
    deactivate_user(create_user(email="stopd@midori.example", name="停止 花", at=world.at))
    answers = set()
    for address in ("known@midori.example", "stopd@midori.example", "nobdy@midori.example"):
        answer = invite(admin, address)
        page = read(admin).replace(address, "ADDRESS")
        answers.add((answer.status_code, answer.url, page.partition("へ招待のメールを送ります")[0][-40:]))
        Invitation.objects.update(cancelled_at=world.at, cancelled_by=world.admin(world.district))

    assert len(answers) == 1


def test_リンクは72時間のあいだ一回だけ使え_過ぎたときは送り直す(world, admin):
    invite(admin)
    invitation = Invitation.objects.get()
    Invitation.objects.update(sent_at=timezone.now() - timedelta(hours=72))
    assert open_link(Client()).status_code == 410

    admin.post(reverse("office_invitation_resending", args=["14-021", invitation.pk]))
    visitor = Client()
    assert open_link(visitor).status_code == 200
    typed = {"name": "新田 新", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert [visitor.post(reverse("invitation"), typed).status_code, open_link(Client()).status_code] == [302, 410]


def test_承諾の前なら取り消しで止められ_ほかの管理者が招いたものも取り消せる(world, admin):
    invite(admin, role="admin")
    second = world.browser(world.appoint(world.district, Role.ADMIN, "管理 二子").user)
    assert (ADDRESS in read(second), "管理 花子" in read(second)) == (True, True)

    second.post(reverse("office_invitation_cancellation", args=["14-021", Invitation.objects.get().pk]))

    assert open_link(Client()).status_code == 410


def test_だれかが管理者になるとほかの管理者と会員管理用通知メールアドレスにメールで知らせる(world, admin, posted):
    admin.post(reverse("office_staff_member", args=["14-021", world.clerk(world.district).pk]), {"role": "admin"})

    assert posted() == [
        ("AdministratorGranted", world.admin(world.district).user.email),
        ("AdministratorGranted", "kaiin-14-021@office.example"),
    ]


def test_務めを終えると開いたままの画面からも何もできなくなる(world, admin, application):
    clerk = world.clerk(world.district)
    open_page, seen = world.browser(clerk.user), world.seen(application)
    read(open_page, "office_completion", application.receipt_no)

    admin.post(reverse("office_staff_end", args=["14-021", clerk.pk]))

    approval = reverse("office_completion_approval", args=["14-021", application.receipt_no])
    assert open_page.post(approval, {"seen": seen}).status_code == 404


def test_管理者がお一人のときはご自身を外せず_もう一人決めるよう案内が出る(world, admin):
    own = world.admin(world.district)

    shown = read(admin)
    admin.post(reverse("office_staff_end", args=["14-021", own.pk]))

    own.refresh_from_db()
    assert ("もう一人、管理者を決めてください" in shown, own.ended_at) == (True, None)
    world.appoint(world.district, Role.ADMIN, "管理 二子")
    assert "もう一人、管理者を決めてください" not in read(admin)


def test_90日以上ログインのない方には一覧に印が付く(world, admin):
    clerk = world.clerk(world.district)
    User.objects.filter(pk=clerk.user_id).update(last_login=timezone.now() - timedelta(days=91))
    User.objects.filter(pk=world.admin(world.district).user_id).update(last_login=timezone.now())

    page = read(admin)

    assert ("90&nbsp;日以上ログインのない担当者が 1&nbsp;人います" in page, page.count("日以上</span>")) == (True, 1)


def test_引き継ぎ書に担当者と役割と通知先と会長と待っているものと尋ねる先が載りパスワードは載らない(
    world, admin, application
):
    sheet = read(admin, "office_handover")

    told = (
        "一般 次郎",
        "管理者",
        "kenshu-14-021@office.example",
        "架空 会長",
        "1&nbsp;件",
        "/manual/office/",
        "神奈川県医師会",
    )
    assert [words for words in told if words not in sheet] == []
    assert PASSWORD not in sheet


def test_上の医師会には人数だけが見え氏名は見えない(world):
    prefecture = world.browser(world.admin(world.prefecture).user)

    page = prefecture.get(reverse("office_offices", args=["14"])).content.decode()

    assert ("みどり市医師会" in page, "一般 次郎" in page, "さくら市医師会" in page) == (True, False, False)
    assert "管理者が 2&nbsp;人いない医師会は 1&nbsp;件" in page


def test_管理者が二人いない医師会は事務局TOPにも数が出る(world):
    prefecture = world.browser(world.admin(world.prefecture).user)

    assert "管理者が二人いない医師会" in prefecture.get(reverse("office_home", args=["14"])).content.decode()
    world.appoint(world.district, Role.ADMIN, "管理 二子")
    assert "管理者が二人いない医師会" not in prefecture.get(reverse("office_home", args=["14"])).content.decode()


def test_復旧は一人ではできず_確認すると招待と知らせのメールが出て記録に残る(world, posted):
    clerk, admin = (world.browser(one(world.prefecture).user) for one in (world.clerk, world.admin))
    typed = {"address": ADDRESS, "reason": "会長から電話があり、折り返して確かめた。"}
    rekey = clerk.post(reverse("office_rekey_new", args=["14", "14-021"]), typed).url
    assert (posted(), clerk.post(f"{rekey}confirmation/").status_code) == ([], 404)

    admin.post(f"{rekey}confirmation/")

    assert [mail for mail, _ in posted()] == ["StaffInvited"] + ["AssociationRekeyed"] * 4
    assert "折り返して確かめた" in admin.get(rekey).content.decode()


def test_申し出た方ご自身は確認できない(world):
    admin = world.browser(world.admin(world.prefecture).user)
    typed = {"address": ADDRESS, "reason": "会長から電話があり、折り返して確かめた。"}

    rekey = admin.post(reverse("office_rekey_new", args=["14", "14-021"]), typed).url

    assert admin.post(f"{rekey}confirmation/").status_code == 404
    assert "申し出た方とは別の" in admin.get(rekey).content.decode()


def test_代行は担当者が一人もいない医師会だけで始められ_二つの通知先に知らせる(world, posted):
    admin = world.browser(world.admin(world.prefecture).user)
    address = reverse("office_delegation_beginning", args=["14", "14-021"])
    assert admin.post(address).status_code == 404
    Staff.objects.filter(association=world.district).update(ended_at=world.at)

    admin.post(address)

    assert posted() == [
        ("DelegationBegun", "kenshu-14-021@office.example"),
        ("DelegationBegun", "kaiin-14-021@office.example"),
    ]
    assert "神奈川県医師会が代行しています" in read(admin, "office_home")


def test_代行でしたことは代行した人と都道府県医師会の名とともに残る(world, application):
    Staff.objects.filter(association=world.district).update(ended_at=world.at)
    operations.begin_delegation(world.district, by=world.admin(world.prefecture), at=world.at)
    clerk, seen = world.browser(world.clerk(world.prefecture).user), world.seen(application)

    clerk.post(reverse("office_completion_approval", args=["14-021", application.receipt_no]), {"seen": seen})

    step = application.history.last()
    assert (step.by_name, step.by_association) == ("一般 次郎（神奈川県医師会）", world.district)
    assert Certificate.objects.get().issuer == world.district


def test_その医師会に管理者ができると代行は終わり_開いたままの画面も断られる(world, application):
    Staff.objects.filter(association=world.district).update(ended_at=world.at)
    operations.begin_delegation(world.district, by=world.admin(world.prefecture), at=world.at)
    open_page = world.browser(world.clerk(world.prefecture).user)
    assert open_page.get(reverse("office_home", args=["14-021"])).status_code == 200

    user = create_user(email=ADDRESS, name="新田 新", at=world.at)
    operations.appoint(user, world.district, Role.ADMIN, at=world.at)

    approval = reverse("office_completion_approval", args=["14-021", application.receipt_no])
    assert open_page.post(approval, {"seen": world.seen(application)}).status_code == 404
    page = world.browser(world.admin(world.prefecture).user).get(reverse("office_delegation", args=["14", "14-021"]))
    assert "管理者（新田 新）ができたため、終わりました" in page.content.decode()
