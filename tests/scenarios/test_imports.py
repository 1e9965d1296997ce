"""操作マニュアル（事務局向け）「データを取り込む」の一文ずつ。"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from mamis.doctors.models import Doctor
from mamis.japanese.calendar import long_date
from mamis.members.models import Import
from mamis.members.rules import Kind
from mamis.training.models import Certificate
from tests.members.files import checked, csv_of, member, outcomes, taken, told, undone, worked


@pytest.fixture
def admin(world):
    return world.admin(world.district)


def test_取り込みは管理者だけができる(world):
    address = reverse("office_imports", args=[world.district.code])

    answers = [
        world.browser(staff.user).get(address).status_code
        for staff in (world.admin(world.district), world.clerk(world.district))
    ]

    assert answers == [200, 404]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "cp932"])
def test_お使いの名簿の列の名と順のままで取り込める(world, admin, codec):
    heads = ("会員区分", "ﾌﾘｶﾞﾅ", "会員氏名", "医籍番号", "誕生日", "入会年月日", "備考")
    row = dict(zip(heads, ("B", "ﾀｶｻｷ ｷﾁﾛｳ", "髙﨑 吉郎", "351874", "S53.8.21", "H26.4.1", "旧姓 山田"), strict=True))

    of_import = taken(csv_of(row, codec=codec), admin)

    assert (outcomes(of_import), Doctor.objects.get().name) == (["new"], "髙﨑 吉郎")


def test_取り込む前に行ごとに何が変わるかが出てまだ何も登録されない(world, admin):
    of_import = checked(csv_of(member(500001), member(500002, 生年月日="")), admin)

    assert (outcomes(of_import), Doctor.objects.count()) == (["new", "refused"], 0)


def test_取り込めない行は列と値とわけと直し方が分かりほかの行は取り込まれる(world, admin):
    of_import = taken(csv_of(member(500001), member(500002, 会員区分="甲")), admin)

    assert told(of_import) == [
        ("会員区分", "甲", "この医師会にない会員区分です。", "この医師会の会員区分は「A 会員」「B 会員」です。")
    ]
    assert Doctor.objects.count() == 1


def test_同じファイルをもう一度取り込んでも何も変わらない(world, admin):
    content = csv_of(member(500001), member(500002))
    taken(content, admin)

    assert outcomes(taken(content, admin)) == ["unchanged", "unchanged"]


def test_取り込みはまるごと取り消せる(world, admin):
    of_import = taken(csv_of(member(500001), member(500002)), admin)

    undone(of_import, admin)

    assert not Doctor.objects.exists()


def test_取り込みのあとに変わった行は残してお知らせする(world, admin):
    of_import = taken(csv_of(member(500001), member(500002)), admin)
    world.credit(Doctor.objects.get(licences__number="500001"), 3, world.on)

    undone(of_import, admin)

    page = world.browser(admin.user).get(reverse("office_import", args=[world.district.code, 1])).content.decode()
    assert "取り消せなかった行が 1&nbsp;行あります" in page
    assert Doctor.objects.count() == 1


def test_ほかの医師会の医師についてはいるともいないとも答えない(world, admin):
    taken(csv_of(member(500001)), world.admin(world.other_district))

    right = checked(csv_of(member(500001)), admin)
    wrong = checked(csv_of(member(500001, フリガナ="ヤマダ タロウ", 氏名="山田 太郎")), admin)

    assert told(right) == told(wrong)


def test_取り込んだ単位の根拠には取り込みの番号が残る(world, admin):
    doctor = world.member("山田", "太郎", world.district, kana=("ヤマダ", "タロウ"))
    row = {"医籍登録番号": doctor.licences.get().number, "フリガナ": "ヤマダ タロウ", "内容": "学術講演会"}

    taken(csv_of(row | {"取得した日": "2024-05-12", "単位": "1.5"}), admin, kind=Kind.CREDITS)

    assert doctor.credit_lines.get().ground == "移行（過去の単位の取り込み 第1号）"


def test_画面を離れても続きあとから開ける(world, admin):
    browser = world.browser(admin.user)
    file = SimpleUploadedFile("名簿.csv", csv_of(member(500001)))
    address = browser.post(
        reverse("office_import_new", args=[world.district.code]), {"kind": "members", "file": file}
    ).url
    form = browser.get(address).context["form"]
    browser.post(address, {name: form[name].value() for name in form.fields})

    worked(Import.objects.get())

    found = browser.get(reverse("office_imports", args=[world.district.code])).content.decode()
    assert "取り込み待ち" in found


# 過去の修了


PAST = {"フリガナ": "ヤマダ タロウ", "生年月日": "昭和53年8月21日", "根拠": "承認の決裁簿"}


@pytest.fixture
def member_doctor(world):
    return world.member("山田", "太郎", world.district, kana=("ヤマダ", "タロウ"))


def take_past(doctor, admin, **changes):
    """三十日前の修了を取り込む。"""
    now = timezone.now()
    days = {"医籍登録番号": doctor.licences.get().number, "修了日": f"{now - timedelta(days=30):%Y-%m-%d}"}
    return taken(csv_of(days | PAST | changes), admin, kind=Kind.COMPLETIONS, at=now)


def test_取り込んだ修了はマイページと修了申請の画面に取り込みと出る(world, admin, member_doctor):
    until = timezone.localdate() + timedelta(days=90)
    take_past(member_doctor, admin, 有効期限=f"{until:%Y-%m-%d}", 修了証番号="第12号")
    world.credit(member_doctor, 19, world.on)
    application = world.submit(member_doctor, world.district, at=timezone.now())

    own = world.browser(member_doctor.user)
    pages = [own.get(path).content.decode() for path in ("/mypage/training/", "/mypage/training/completion/")]
    case = reverse("office_completion", args=[world.district.code, application.receipt_no])
    office = world.browser(admin.user).get(case).content.decode()

    assert all(f"取り込み（{world.district.name}の記録）" in page for page in (*pages, office))
    assert f"修了、有効期限 {long_date(until)}" in office
    assert all("修了証番号 第12号" in page for page in (pages[0], office))


def test_ほかの医師会の修了申請の画面には出ない(world, member_doctor):
    world.past_completion(member_doctor, expires_on=world.on, association=world.prefecture)
    world.credit(member_doctor, 19, world.on)
    application = world.submit(member_doctor, world.district)

    case = reverse("office_completion", args=[world.district.code, application.receipt_no])
    page = world.browser(world.admin(world.district).user).get(case).content.decode()

    assert "このシステムの前の修了" not in page


def test_有効なあいだは次の修了申請は有効期限の12か月前からできる(world, admin, member_doctor):
    take_past(member_doctor, admin)

    page = world.browser(member_doctor.user).get("/mypage/training/completion/").content.decode()

    assert "次の修了申請は、期限の 12 か月前の " in page
    assert "修了申請をはじめる" not in page


def test_修了証と修了証を確かめる頁は取り込んだ修了には出ない(world, admin, member_doctor):
    take_past(member_doctor, admin)

    page = world.browser(member_doctor.user).get("/mypage/training/").content.decode()

    assert "certificate.pdf" not in page
    assert "修了証の PDF は、ここでは出ません。" in page
    assert not Certificate.objects.exists()


def test_同じ修了日がすでにあれば変わらない行になる(world, admin, member_doctor):
    take_past(member_doctor, admin)

    assert outcomes(take_past(member_doctor, admin)) == ["unchanged"]


def test_取り込みを取り消すとその修了はなかったものになる(world, admin, member_doctor):
    undone(take_past(member_doctor, admin), admin)

    page = world.browser(member_doctor.user).get("/mypage/training/").content.decode()

    assert "このシステムの前の修了" not in page
