"""会員区分をまとめて変える（事務局の操作マニュアル「会員区分をまとめて変える」「まとめて進めた記録」）。一文に一つの試験。"""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.timezone import localdate

from mamis.associations.models import Category
from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.doctors.models import Sight, Workplace
from mamis.doctors.operations import FacilityFacts, begin_work, register_facility
from mamis.membership import queries, tasks
from mamis.membership.forms.batches import ROWS
from mamis.membership.models import Application, Batch, Membership, MembershipCategory
from mamis.membership.operations import admit
from mamis.membership.rules import category_day
from tests.membership.acts import approve, seats_on, states, submit
from tests.pages import words
from tests.world import new_district

LIST = "/office/14-021/applications/"
PAGE = f"{LIST}categories/"
RECORDS = f"{LIST}batches/"


@pytest.fixture
def world(world):
    """画面は、今日のものである。三つの医師会に、臨床研修医の区分 C がある。"""
    world.at = timezone.now()
    for association in (world.district, world.prefecture, world.national):
        Category.objects.create(association=association, code="C", label="C 会員", position=3)
    return world


@pytest.fixture
def today():
    return localdate()


@pytest.fixture
def resident(world):
    """その医師会の、C 会員である臨床研修医。"""
    hospital = register_facility(FacilityFacts("みどり中央病院", "14"))

    def resident(name, *associations, duty="resident", at=hospital, **facts):
        doctor = world.doctor(name, "研", **facts)
        for association in associations or (world.district, world.prefecture, world.national):
            admit(doctor, association, category=association.categories.get(code="C"), on=date(2025, 4, 1))
        work = begin_work(doctor, at, on=date(2025, 4, 1))
        Workplace.objects.filter(pk=work.pk).update(duty=duty)
        return doctor

    return resident


@pytest.fixture
def midori(world):
    return world.browser(world.clerk(world.district).user)


def names(response) -> list[str]:
    return re.findall(r'<th role="rowheader" scope="row" class="wrap">([^<]*)<', response.content.decode())


def code(association, letter: str) -> str:
    return str(association.categories.get(code=letter).pk)


def day(on, name: str) -> dict[str, str]:
    return {f"{name}_0": str(on.year), f"{name}_1": str(on.month), f"{name}_2": str(on.day)}


def wanted(world, today, *associations, of=None, **others):
    """C から B へ。"""
    changes = {f"change_{code(one, 'C')}": code(one, "B") for one in associations}
    target = {"category": code(of or world.district, "C"), "duty": "resident", "q": ""}
    facts = {"cause": "trained", "ground": "研修修了者の名簿"}
    return target | facts | day(category_day(today), "effective_on") | day(today, "paper_on") | changes | others


def lines_of(page) -> list[str]:
    return re.findall(r'name="line" value="([^"]*)"', page.content.decode())


def press(client, typed, page, lines=None, **others):
    """確かめの画面から、受け付ける。"""
    key = re.search(r'name="key" value="([^"]*)"', page.content.decode())[1]
    chosen = lines_of(page) if lines is None else lines
    return client.post(PAGE, typed | {"line": chosen, "key": key, "confirmed": "1"} | others, follow=True)


def begin(world, client, today, *associations, **others):
    typed = wanted(world, today, *associations, **others)
    return press(client, typed, client.post(PAGE, typed))


# 選ぶ


def test_届出の一覧から開きいまの会員区分を選ぶと医師会ごとの区分と人数が出る(world, midori, resident):
    resident("一番")
    resident("二番", world.district)
    assert PAGE in midori.get(LIST).content.decode()
    assert "はじめに、いまの会員区分を選んで" in words(midori.get(PAGE))

    page = words(midori.get(PAGE, {"category": code(world.district, "C"), "duty": "resident"}))

    assert "変える会員区分（2 人）" in page
    assert "みどり市医師会C 会員2 人" in page
    assert "神奈川県医師会C 会員1 人" in page
    assert "日本医師会C 会員1 人" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 1),
        ({"duty": ""}, 2),
        ({"duty": "clinic-staff"}, 1),
        ({"q": "みどり中央"}, 1),
        ({"q": "さくら"}, 0),
        ({"duty": "nonsense"}, 2),
        ({"q": "中"}, 1),
    ],
)
def test_施設業務と主たる施設の名で絞れる(world, midori, resident, asked, found):
    resident("一番")
    resident("二番", duty="clinic-staff")

    page = words(midori.get(PAGE, {"category": code(world.district, "C"), "duty": "resident"} | asked))

    assert f"変える会員区分（{found} 人）" in page or found == 0
    assert ("この条件に合う会員の先生はいません。" in page) == (found == 0)


def test_変更日は次の四月一日で事由は臨床研修修了から始まる(world, midori, resident, today):
    resident("一番")

    page = midori.get(PAGE, {"category": code(world.district, "C")}).content.decode()

    written = [re.search(f'name="effective_on_{part}"[^>]* value="([^"]*)"', page)[1] for part in range(3)]
    assert written == [str(category_day(today).year), "4", "1"]
    assert re.search('<option value="trained" selected', page)


def test_変更日に選べない会員区分は選べない(world, midori, resident, today):
    resident("一番")
    world.district.categories.filter(code="B").update(until_on=category_day(today))

    page = midori.post(PAGE, wanted(world, today, world.district))

    assert page.status_code == 422
    assert "一覧にあるものから選んでください。" in words(page)
    assert "研修修了者の名簿" in page.content.decode()
    earlier = wanted(world, today, world.district) | day(today, "effective_on")
    assert midori.post(PAGE, earlier).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"change": ""}, "変える会員区分を、一つは選んでください。"),
        ({"ground": ""}, "根拠を入力してください。"),
        ({"ground": "あ" * 201}, "200 文字以内で入力してください"),
        ({"ground": "名\x00簿"}, "読み取れない文字が入っています。"),
        ({"effective_on_0": "2099"}, "変更日は、一年先までの日にしてください。"),
        ({"effective_on_0": "来年"}, "年"),
        ({"paper_on_0": "2099"}, "書面・名簿の日付は、今日までの日にしてください。"),
        ({"cause": "nonsense"}, "一覧にあるものから選んでください。"),
    ],
)
def test_間違いは欄のそばで言い書いたものは残る(world, midori, resident, today, typed, said):
    resident("一番")
    sent = wanted(world, today, world.district) | {"ground": "名簿のとおり"} | typed
    if "change" in typed:
        sent[f"change_{code(world.district, 'C')}"] = sent.pop("change")

    page = midori.post(PAGE, sent)

    assert page.status_code == 422
    assert said in words(page)
    assert typed.get("ground") is not None or "名簿のとおり" in page.content.decode()


def test_だれを変えるかが読めなければ選び直してもらう(world, midori, today):
    page = midori.post(PAGE, wanted(world, today, world.district) | {"category": "999999"}, follow=True)

    assert "だれの会員区分を変えるかを、選び直してください。" in words(page)


@pytest.fixture
def many(world, resident):
    """五十を超える郡市区等医師会の C 会員である、一人の臨床研修医。四つめと最後の医師会。"""
    doctor = resident("一番")
    made = []
    for number in range(ROWS + 5):
        beside = new_district(
            f"14-{100 + number}", f"第{number}医師会", "ダイ", world.prefecture, f"148{number:02}", "町"
        )
        made.append(beside)
        for letter in "BC":
            Category.objects.create(association=beside, code=letter, label=f"{letter} 会員")
        admit(doctor, beside, category=beside.categories.get(code="C"), on=date(2025, 4, 1))
    return made[3], made[-1]


def hidden(page) -> dict[str, str]:
    """その頁の、隠した欄。"""
    found = re.findall(r'type="hidden" name="(shown|elsewhere)" value="([^"]*)"', page.content.decode())
    return dict(found)


def test_会員区分がとても多いときは頁に分けて選んだものはめくっても残る(world, many, today):
    near, far = many
    kanagawa, page = world.browser(world.clerk(world.prefecture).user), "/office/14/applications/categories/"
    first = kanagawa.get(page, {"category": code(world.prefecture, "C")})
    assert f"{ROWS + 8} の会員区分のうち、1 から {ROWS} まで" in words(first)
    assert "第3医師会C 会員" in words(first)
    assert far.name not in words(first)
    blank = wanted(world, today, of=world.prefecture) | {"effective_on_0": "令和九", "ground": ""}

    second = kanagawa.post(page, blank | hidden(first) | {f"change_{code(near, 'C')}": code(near, "B"), "turn": "2"})

    assert second.status_code == 200
    assert f"{ROWS + 1} から {ROWS + 8} まで" in words(second)
    assert (far.name in words(second), "エラー" in words(second)) == (True, False)
    assert 'value="令和九"' in second.content.decode()
    assert hidden(second) == {"shown": "2", "elsewhere": f"{code(near, 'C')}:{code(near, 'B')}"}

    there = blank | hidden(second) | {f"change_{code(far, 'C')}": code(far, "B")}
    back = kanagawa.post(page, there | {"turn": "1"})
    assert f'<option value="{code(near, "B")}" selected>' in back.content.decode()
    wrong = kanagawa.post(page, there)
    assert wrong.status_code == 422
    assert f"{ROWS + 1} から {ROWS + 8} まで" in words(wrong)
    checked = kanagawa.post(page, there | wanted(world, today, of=world.prefecture))
    assert "第3医師会 C 会員 → B 会員" in words(checked)
    assert f"{far.name} C 会員 → B 会員" in words(checked)
    assert checked.content.decode().count('name="elsewhere"') == 1
    rewritten = kanagawa.post(page, wanted(world, today, of=world.prefecture) | {"rewrite": "1"} | carried(checked))
    assert f'<option value="{code(near, "B")}" selected>' in rewritten.content.decode()


def carried(page) -> dict[str, str]:
    return {"elsewhere": re.search(r'name="elsewhere" value="([^"]*)"', page.content.decode())[1]}


@pytest.mark.parametrize("turn", ["0", "999", "二", "x" * 5000, "9" * 5000, "\x00"])
def test_ない頁をめくっても頁が出る(world, midori, resident, today, turn):
    resident("一番")

    page = midori.post(PAGE, wanted(world, today, world.district) | {"turn": turn, "elsewhere": "1:2 x 3:"})

    assert page.status_code == 200
    assert f'<option value="{code(world.district, "B")}" selected>' in page.content.decode()


def test_選べない会員区分を隠した欄で送っても断る(world, many, today):
    near, _ = many
    kanagawa, page = world.browser(world.clerk(world.prefecture).user), "/office/14/applications/categories/"
    typed = wanted(world, today, of=world.prefecture) | {"shown": "2"}

    refused = kanagawa.post(page, typed | {"elsewhere": f"{code(near, 'C')}:{code(world.national, 'B')}"})

    assert refused.status_code == 422
    assert f"1 から {ROWS} まで" in words(refused)


# 確かめる


def test_お一人ずつ変わることが出てまだ受け付けない(world, midori, resident, today, posted):
    resident("一番")
    resident("二番", world.district)
    posted()

    page = midori.post(PAGE, wanted(world, today, world.district, world.prefecture, world.national))

    assert "まだ受け付けていません。2 人の先生" in words(page)
    assert "みどり市医師会 C 会員 → B 会員神奈川県医師会 C 会員 → B 会員日本医師会 C 会員 → B 会員" in words(page)
    assert (Application.objects.count(), posted()) == (0, [])


def test_まとめては変えられない先生はわけとともに別に並ぶ(world, resident, today):
    own = resident("自分")
    staff = world.appoint(world.district, Role.CLERK, "自分 研", own.user)
    busy, ahead, leaving, late = (resident(name) for name in ("申請", "予定", "退会", "後日"))
    submit(world, busy, {world.district: "B", world.prefecture: "C", world.national: "C"}, today)
    moved = submit(
        world, ahead, {world.district: "C", world.prefecture: "C", world.national: "B"}, today + timedelta(days=9)
    )
    approve_all(world, moved)
    for seat in leaving.memberships.all():
        MembershipCategory.objects.filter(membership=seat).update(until_on=today + timedelta(days=300))
    Membership.objects.filter(doctor=leaving).update(left_on=today + timedelta(days=300))
    seat = late.memberships.get(association=world.district)
    MembershipCategory.objects.filter(membership=seat).update(from_on=today)
    good = resident("大丈夫")

    typed = wanted(world, today, world.district, world.national) | day(today - timedelta(days=1), "effective_on")
    page = world.browser(staff.user).post(PAGE, typed)

    assert (names(page)[0], own.name in names(page)[1:]) == (good.name, True)
    told = words(page)
    assert "1 人の先生の会員区分を変える届出を受け付けられます。5 人は、まとめては変えられません。" in told
    for why in (
        "ご自身か、代理を引き受けている医師です。",
        "同じ医師会についての届出を、すでに受け付けています。",
        "すでに決まった、これからの異動があります。",
        "退会する日が決まっています。",
        "いまの会員区分の始まりが、変更日よりあとです。",
    ):
        assert why in told, why


def approve_all(world, application):
    approve(world, application, *(one.association for one in application.steps.order_by("position")))


def test_一部の層だけの会員を認めない医師会の先生は一人ずつ確かめる(world, midori, resident, today):
    resident("一番", world.district)
    world.district.allows_partial = False
    world.district.save()

    page = words(midori.post(PAGE, wanted(world, today, world.district)))

    assert "いまの在籍が、医師会の決まりに合いません。" in page
    assert "選んだ先生の届出を受け付ける" not in page


def test_変わる会員区分のない先生はそう言う(world, midori, resident, today):
    resident("一番")
    resident("二番", world.district)

    page = words(midori.post(PAGE, wanted(world, today, world.national)))

    assert "1 人の先生の会員区分を変える届出を受け付けられます。1 人は、まとめては変えられません。" in page
    assert "変わる会員区分がありません。" in page


def test_書き直すと選んだものを残してもどる(world, midori, resident, today):
    resident("一番")

    page = midori.post(PAGE, wanted(world, today, world.district) | {"rewrite": "1"})

    assert page.status_code == 200
    assert "研修修了者の名簿" in page.content.decode()
    assert f'<option value="{code(world.district, "B")}" selected>' in page.content.decode()


def test_書き直しても外した印は外れたままである(world, midori, resident, today):
    resident("一番")
    left_out = resident("二番")
    typed = wanted(world, today, world.district)
    kept = [one for one in lines_of(midori.post(PAGE, typed)) if not one.startswith(f"{left_out.pk} ")]

    rewritten = midori.post(PAGE, typed | {"line": kept, "rewrite": "1"})
    again = midori.post(PAGE, typed | {"line": lines_of(rewritten)})

    assert lines_of(rewritten) == kept
    assert re.findall('name="line" value="([^"]*)"[^>]* checked', again.content.decode()) == kept


@pytest.mark.parametrize("number", [1, 3])
def test_確かめの画面の問い合わせの数は人数によらない(
    world, midori, resident, today, number, django_assert_num_queries
):
    for name in ("一番", "二番", "三番")[:number]:
        resident(name)
    typed = wanted(world, today, world.district, world.prefecture)

    with django_assert_num_queries(28):
        midori.post(PAGE, typed)


# 受け付ける


def test_確かめたあとに見えなくなった先生は氏名を出さずに断ったことが残る(world, midori, resident, today):
    staying, gone = resident("一番"), resident("二番")
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)
    Sight.objects.filter(doctor=gone).update(until_on=today)

    done = press(midori, typed, page)

    told = words(done)
    assert "1 件を受け付け、1 件は受け付けていません" in told
    assert "いまは、この医師会から見えません－－この医師会では進められなくなりました。" in told
    assert gone.name not in told
    [application] = Application.objects.all()
    assert application.doctor == staying
    csv = midori.get(f"{RECORDS}{Batch.objects.get().pk}/download/")
    assert gone.name not in b"".join(csv.streaming_content).decode()


def test_選んだ先生がみな見えなくなっても断ったことが残る(world, midori, resident, today):
    gone = resident("一番")
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)
    Sight.objects.filter(doctor=gone).update(until_on=today)

    done = press(midori, typed, page)

    assert "0 件を受け付け、1 件は受け付けていません" in words(done)
    assert not Application.objects.exists()


def test_確かめたあとに会員でなくなった先生は氏名とともに断ったことが残る(world, midori, resident, today):
    resident("一番")
    left = resident("二番")
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)
    for seat in left.memberships.all():
        MembershipCategory.objects.filter(membership=seat).update(until_on=today)
    Membership.objects.filter(doctor=left).update(left_on=today)

    told = words(press(midori, typed, page))

    assert "1 件を受け付け、1 件は受け付けていません" in told
    assert f"{left.name}{queries.lines_of(Batch.objects.get())[0].licence_number}－この医師会では進められなく" in told


def test_受け付けると一人ずつ代行入力の届出になり先生と決める医師会に知らせる(world, midori, resident, today, posted):
    doctor, other = resident("一番", address="ichi@clinic.example"), resident("二番", world.district, signs_in=False)
    posted()

    done = begin(world, midori, today, world.district, world.prefecture, world.national)

    assert "2 件をすべて受け付けました" in words(done)
    first, second = Application.objects.order_by("pk")
    assert {first.doctor, second.doctor} == {doctor, other}
    application = Application.objects.get(doctor=doctor)
    assert states(application) == [
        ("みどり市医師会", "会員区分の変更の承認", "承認待ち"),
        ("神奈川県医師会", "会員区分の変更の承認", "未着"),
        ("日本医師会", "会員区分の変更の承認", "未着"),
    ]
    sheet = application.sheet
    assert (sheet.cause_labels, sheet.note, sheet.paper_on) == (["臨床研修修了"], "根拠：研修修了者の名簿", today)
    assert (sheet.entered_by_id, application.effective_on) == (world.clerk(world.district).user_id, category_day(today))
    assert ("ApplicationReceived", "ichi@clinic.example") in posted()
    assert application.receipt_no in words(done)


def test_すべての医師会が決めると変更日から会員区分が変わる(world, midori, resident, today):
    doctor = resident("一番")
    begin(world, midori, today, world.district, world.prefecture, world.national)
    application = Application.objects.get()

    approve_with_colleagues(world, application)

    assert seats_on(doctor, category_day(today)) == {"14-021": "B", "14": "B", "00": "B"}
    assert seats_on(doctor, today) == {"14-021": "C", "14": "C", "00": "C"}


def approve_with_colleagues(world, application):
    admin = dict(world.staff)
    world.staff["14-021-clerk"] = admin["14-021-admin"]
    approve(world, application, world.district, world.prefecture, world.national)


def test_印を外した先生は変わらず一人も選ばなければ言う(world, midori, resident, today):
    resident("一番")
    left_out = resident("二番")
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)
    nothing = press(midori, typed, page, lines=[])
    assert nothing.status_code == 422
    assert "変える先生を、左の欄で一人は選んでください。" in words(nothing)

    press(midori, typed, page, lines=[one for one in lines_of(page) if not one.startswith(f"{left_out.pk} ")])

    assert [one.doctor.family_name for one in Application.objects.all()] == ["一番"]


def test_確かめたあとに会員区分の変わった先生は受け付けずわけを残す(world, midori, resident, today):
    stale, good = resident("一番"), resident("二番")
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)
    seat = stale.memberships.get(association=world.prefecture)
    MembershipCategory.objects.filter(membership=seat).update(category=world.prefecture.categories.get(code="A"))

    done = press(midori, typed, page)

    assert "1 件を受け付け、1 件は受け付けていません" in words(done)
    assert "確かめたあとに、在籍か会員区分が変わりました。" in words(done)
    assert [one.doctor for one in Application.objects.all()] == [good]
    assert names(done)[0] == stale.name


def test_確かめたあとに届出のあった先生も受け付けない(world, midori, resident, today):
    doctor = resident("一番")
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)
    submit(world, doctor, {world.district: "A", world.prefecture: "C", world.national: "C"}, today)

    done = press(midori, typed, page)

    assert "同じ医師会についての届出を、すでに受け付けています。" in words(done)
    assert Application.objects.count() == 1


def test_見えない先生の番号を送っても届出はできない(world, midori, today, resident):
    stranger = world.member("異邦", "遠人", world.other_district)
    resident("一番")
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)

    done = press(midori, typed, page, lines=[f"{stranger.pk} {'0' * 32}"])

    assert "だれの会員区分を変えるかを、選び直してください。" in words(done)
    assert (Application.objects.count(), Batch.objects.count()) == (0, 0)


def test_同じ確かめの画面を二度送っても一度だけ受け付ける(world, midori, resident, today):
    resident("一番")
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)

    once, again = press(midori, typed, page), press(midori, typed, page)

    assert once.redirect_chain == again.redirect_chain
    assert (Batch.objects.count(), Application.objects.count()) == (1, 1)


def test_二十人より多ければ残りは画面の裏で進み閉じても進む(world, midori, resident, today):
    for number in range(23):
        resident(f"研修{number}", world.district, signs_in=False)

    page = begin(world, midori, today, world.district)

    batch = Batch.objects.get()
    assert "23 件のうち、あと 3 件です。この画面を閉じても進みます。" in words(page)
    assert "あと 3 件" in words(midori.get(RECORDS))
    tasks.go_on(batch.pk)
    tasks.go_on(batch.pk)
    assert "23 件をすべて受け付けました" in words(midori.get(f"{RECORDS}{batch.pk}/"))
    assert Application.objects.count() == 23


def test_都道府県医師会も自分の会員について始められる(world, resident, today):
    resident("一番")
    kanagawa = world.browser(world.clerk(world.prefecture).user)
    where = "/office/14/applications/categories/"
    typed = wanted(world, today, world.district, world.prefecture, of=world.prefecture)
    page = kanagawa.post(where, typed)
    key = re.search(r'name="key" value="([^"]*)"', page.content.decode())[1]

    kanagawa.post(where, typed | {"line": lines_of(page), "key": key, "confirmed": "1"})

    assert states(Application.objects.get()) == [
        ("みどり市医師会", "会員区分の変更の承認", "承認待ち"),
        ("神奈川県医師会", "会員区分の変更の承認", "未着"),
    ]


# 記録


def test_記録にはだれがいつ何件を進めたかが残りほかの担当者も見られる(world, midori, resident, today):
    assert "まだ、まとめて決めたり" in words(midori.get(RECORDS))
    resident("一番")
    begin(world, midori, today, world.district)
    viewer = world.browser(world.appoint(world.district, Role.VIEWER, "閲覧 三郎").user)

    page = viewer.get(RECORDS)

    assert "会員区分の変更一般 次郎1 件1 件完了" in words(page)
    one = viewer.get(f"{RECORDS}{Batch.objects.get().pk}/")
    assert "C 会員 → B 会員" in words(one)
    assert "研修修了者の名簿" in words(one)
    elsewhere = world.browser(world.clerk(world.prefecture).user)
    assert elsewhere.get(f"/office/14/applications/batches/{Batch.objects.get().pk}/").status_code == 404


def test_記録の一件ずつをダウンロードでき取り出したことが残る(world, midori, resident, today):
    resident("一番")
    begin(world, midori, today, world.district)
    application = Application.objects.get()

    response = midori.get(f"{RECORDS}{Batch.objects.get().pk}/download/")

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0] == "氏名,フリガナ,医籍登録番号,受付番号,結果,進めなかったわけ"
    assert f",{application.receipt_no},受け付けた," in text
    assert AuditEntry.objects.latest("pk").act == "まとめて進めた結果のダウンロード"


def test_いまは見えない先生の氏名は出ない(world, midori, resident, today):
    doctor = resident("去田", world.district)
    typed = wanted(world, today, world.district)
    page = midori.post(PAGE, typed)
    MembershipCategory.objects.filter(membership__doctor=doctor).update(
        category=world.district.categories.get(code="A")
    )
    assert "去田" in words(press(midori, typed, page))

    doctor.sights.update(until_on=today)

    again = words(midori.get(f"{RECORDS}{Batch.objects.get().pk}/"))
    assert "去田" not in again
    assert "いまは、この医師会から見えません" in again


@pytest.mark.parametrize("number", [1, 3])
def test_記録の問い合わせの数は件数によらない(world, midori, resident, today, number, django_assert_num_queries):
    for name in ("一番", "二番", "三番")[:number]:
        resident(name, world.district)
    begin(world, midori, today, world.district)
    batch = Batch.objects.get()

    with django_assert_num_queries(16):
        midori.get(f"{RECORDS}{batch.pk}/")
    with django_assert_num_queries(13):
        midori.get(RECORDS)
