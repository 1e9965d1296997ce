"""事務局が届出を決める：一覧、一件、承認、差し戻し、保留、却下、代わって決める、連絡（事務局の手引き「届出を決める」）。"""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate

from mamis.associations.rules import Role
from mamis.audit.models import AuditEntry
from mamis.doctors.operations import FacilityFacts, register_facility
from mamis.doctors.queries import main_workplace
from mamis.japanese.calendar import plain_date
from mamis.mail.models import Message
from mamis.membership import queries
from mamis.membership.models import Application, OfficeNote, Step
from mamis.membership.operations import (
    Decision,
    FacilityNotOffered,
    approve_step,
    ask_about_step,
    resubmit_application,
    return_step,
    submit_application,
    withdraw_application,
)
from mamis.membership.rules import Reason, Remark, dues_term
from mamis.workflow.table import PageIsStale
from tests.membership.acts import approve, request, seats_on, states, step_at, submit
from tests.pages import words

LIST = "/office/14-021/applications/"


@pytest.fixture
def world(world):
    """画面は、今日のものである。"""
    world.at = timezone.now()
    return world


@pytest.fixture
def today():
    return localdate()


@pytest.fixture
def change(world, doctor, today) -> Application:
    """山田先生の会員区分を、三つの医師会とも B に変える届出。"""
    return submit(world, doctor, {world.district: "B", world.prefecture: "B", world.national: "B"}, today)


@pytest.fixture
def transfer(world, doctor, today) -> Application:
    """山田先生の、みどり市からさくら市への異動届。"""
    wanted = {world.other_district: "B", world.other_prefecture: "B", world.national: "B"}
    return submit(world, doctor, wanted, today + timedelta(days=60))


@pytest.fixture
def midori(world):
    return world.browser(world.clerk(world.district).user)


@pytest.fixture
def sakura(world):
    return world.browser(world.clerk(world.other_district).user)


def names(response) -> list[str]:
    return re.findall(r'<th role="rowheader"[^>]*><a [^>]*>([^<]*)</a>', response.content.decode())


def case_of(application: Application, code: str = "14-021") -> str:
    return f"/office/{code}/applications/{application.receipt_no}/"


def seen_on(page) -> str:
    return re.search(r'name="seen" value="([^"]*)"', page.content.decode())[1]


def day(on, name: str = "board_on") -> dict[str, str]:
    return {f"{name}_0": str(on.year), f"{name}_1": str(on.month), f"{name}_2": str(on.day)}


def press(client, application, act: str, code: str = "14-021", **typed: object):
    """一件の画面を開き、そのときの印のまま送る。"""
    where = case_of(application, code)
    return client.post(f"{where}{act}/", {"seen": seen_on(client.get(where))} | typed)


# 一覧


def test_届いた届出は決めるものの組に期限の近い順に並びメニューと事務局TOPに数が出る(world, midori, change):
    other = world.member("青木", "美咲", world.district, kana=("アオキ", "ミサキ"))
    submit(world, other, None, localdate(), work="みどり中央クリニック")

    page = midori.get(LIST)

    assert names(page) == ["青木 美咲", "山田 太郎"]
    assert "こちらで決めるもの 2 件" in words(page)
    assert "2 件のうち 1～2 件目。期限の近い順、古い順に並べています。" in words(page)
    assert "2件届出最も古いものは" in words(midori.get("/office/14-021/")).replace(" ", "")
    assert "あと 14 日" in words(page)


def test_こちらの番でないものと止まっているものはほかを待つ組にだれの手にあるかとともに出る(world, midori, change):
    kanagawa = world.browser(world.clerk(world.prefecture).user)
    waiting = words(kanagawa.get("/office/14/applications/?tab=others"))
    assert "みどり市医師会（あと 45 日）" in waiting
    assert "いま、こちらで決めるものはありません。" in words(kanagawa.get("/office/14/applications/"))

    press(midori, change, "question", question="開業はお済みですか。")
    assert "先生（みどり市医師会がお尋ねしているところ）" in words(midori.get(f"{LIST}?tab=others"))


def test_決まった届出は終わった組に承認日とともに残る(world, midori, change):
    approve(world, change, world.district)

    page = midori.get(f"{LIST}?tab=done")

    assert names(page) == ["山田 太郎"]
    assert "承認済" in words(page)
    assert names(midori.get(LIST)) == []


def test_期限の過ぎたものは言葉で出て期限で絞り込める(world, midori, doctor, today):
    world.at -= timedelta(days=50)
    submit(world, doctor, {world.district: "B", world.prefecture: "A", world.national: "A"}, today)

    page = midori.get(f"{LIST}?due=overdue")

    assert names(page) == ["山田 太郎"]
    assert "5 日過ぎています" in words(page)
    assert names(midori.get(f"{LIST}?due=near")) == []
    assert "期限を過ぎたもの 1 件" in words(midori.get("/office/14-021/"))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=やまだ", 1),
        ("q=ﾔﾏﾀﾞ", 1),
        ("q=山田", 1),
        ("q=いない", 0),
        ("kind=category", 1),
        ("kind=leave", 0),
        ("due=later", 1),
        ("sort=-name", 1),
        ("sort=nonsense&page=99", 1),
        ("tab=nonsense", 1),
    ],
)
def test_氏名やカナや手続きや期限で絞り込める(midori, change, query, found):
    assert len(names(midori.get(f"{LIST}?{query}"))) == found


def test_受付番号と医籍登録番号の一部でも探せる(midori, change):
    number = change.doctor.licences.get().number

    assert names(midori.get(LIST, {"q": change.receipt_no.lower()})) == ["山田 太郎"]
    assert names(midori.get(LIST, {"q": number})) == ["山田 太郎"]


def test_画面のとおりの一覧を取り出せてそのことが残る(world, midori, change):
    answer = midori.get(f"{LIST}download/?tab=ours")

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.splitlines()[0].startswith("期限,期限まで,受付日,受付番号,氏名")
    assert "山田 太郎" in text
    assert "A 会員 → B 会員" in text
    assert AuditEntry.objects.latest("pk").act == "届出の一覧のダウンロード"
    for tab in ("others", "done"):
        assert midori.get(f"{LIST}download/?tab={tab}").status_code == 200


def test_理事会の一覧に氏名と手続きと会員区分と異動日が出る(midori, change):
    page = words(midori.get(f"{LIST}print/"))

    assert "届出 理事会の一覧" in page.replace("\u3000", " ")
    assert "A 会員 → B 会員" in page
    assert change.receipt_no in page


@pytest.mark.parametrize("rows", [1, 8])
def test_一覧の問い合わせの数は行の数によらない(world, midori, rows):
    for number in range(rows):
        submit(world, world.member(f"医師{number}", "花子", world.district), None, localdate(), work=f"院{number}")

    with CaptureQueriesContext(connection) as asked:
        midori.get(LIST)

    assert len(asked) == 20


# 一件


def test_一件の画面には変わるところだけが先に出てほかの医師会の会員区分は出ない(world, sakura, transfer):
    page = words(sakura.get(case_of(transfer, "26-011")))

    assert "さくら市医師会の会員区分いま：非会員変わったあと：B会員" in page.replace(" ", "")
    assert "神奈川県医師会の会員区分" not in page
    assert "申請書のすべてを見る" in page


def test_道順にはどの医師会の状態も受付日も期限も出る(world, sakura, transfer):
    approve(world, transfer, world.district)

    page = words(sakura.get(case_of(transfer, "26-011")))

    for name in ("みどり市医師会", "神奈川県医師会", "さくら市医師会", "京都府医師会", "日本医師会"):
        assert name in page
    assert "確認済" in page
    assert "未着" in page


def test_機械が見つけたことを言葉で知らせる(world, midori, doctor, today):
    world.district.categories.filter(code="B").update(duties=["resident"])
    twin = world.member("山田", "太郎", world.district, kana=("ヤマダ", "タロウ"))
    assert twin.birth_on == doctor.birth_on
    application = submit(
        world,
        doctor,
        {world.district: "B", world.prefecture: "A", world.national: "A"},
        today - timedelta(days=30),
        work="みどり新クリニック",
    )

    page = words(midori.get(case_of(application)))

    assert "氏名と生年月日の同じ記録が、もう一つあります（山田 太郎 先生、医籍登録番号" in page
    assert "会員区分「B 会員」は、ふつう、施設業務「診療所の勤務者」の先生の区分ではありません。" in page
    assert "異動日が 30 日前です。" in page
    assert "「みどり新クリニック」は、施設マスタにない施設（未定）です。" in page


def test_終わった会費の期の日への異動は決める前に知らせる(world, midori, doctor, today):
    term = dues_term(dues_term(today) - timedelta(days=1))
    seats = {world.district: "B", world.prefecture: "A", world.national: "A"}
    late = submit(world, doctor, seats, dues_term(today) - timedelta(days=1))

    assert f"もう終わった、{plain_date(term)}からの会費の期の日です。" in words(midori.get(case_of(late)))


def test_いまの会費の期の日への異動は何も知らせない(world, midori, change):
    assert "会費の期" not in words(midori.get(case_of(change)))


def test_決める前に先生とほかの医師会に知らせることが見える(world, midori, change):
    page = words(midori.get(case_of(change)))

    assert "神奈川県医師会に、届いたことをメールで知らせます。" in page
    assert "先生のマイページには「みどり市医師会が承認しました」と出ます。" in page
    assert "残り：神奈川県医師会、日本医師会" in page

    approve(world, change, world.district, world.prefecture)
    national = words(world.browser(world.clerk(world.national).user).get(case_of(change, "00")))
    assert "これで、すべての医師会が決めたことになり、手続きが完了します。" in national
    assert "山田 太郎 先生に、完了をメールで知らせます。" in national


@pytest.mark.parametrize("steps", [1, 5])
def test_一件の問い合わせの数は段の数によらない(world, sakura, transfer, steps, today):
    if steps == 1:
        local = world.member("佐藤", "次郎", world.other_district)
        transfer = submit(world, local, {world.other_district: "B"}, today)

    with CaptureQueriesContext(connection) as asked:
        sakura.get(case_of(transfer, "26-011"))

    assert len(asked) == {1: 38, 5: 37}[steps]


def test_段のない医師会からは見えない(world, change):
    stranger = world.browser(world.admin(world.other_district).user)

    assert stranger.get(case_of(change, "26-011")).status_code == 404


def test_届出の一件を印刷できる(midori, change):
    page = words(midori.get(f"{case_of(change)}print/"))

    assert "会員区分の変更の届出" in page
    assert AuditEntry.objects.latest("pk").act == "届出の印刷"


# 決める


def test_承認すると次の医師会に届き先生にはまだ知らせない(world, midori, change, posted, today):
    posted()

    assert press(midori, change, "approval", **day(today)).status_code == 302

    assert posted() == [("StepArrived", "kaiin-14@office.example")]
    assert states(change)[0] == ("みどり市医師会", "会員区分の変更の承認", "承認済")
    assert step_at(change, world.district).board_on == today
    assert "山田 太郎 先生の届出を承認しました。" in words(midori.get(case_of(change)))


def test_三つの医師会が順に承認すると会員区分が変わる(world, midori, change, today):
    press(midori, change, "approval", **day(today))
    for association, code in ((world.prefecture, "14"), (world.national, "00")):
        press(world.browser(world.clerk(association).user), change, "approval", code, **day(today))

    assert seats_on(change.doctor, today) == {"14-021": "B", "14": "B", "00": "B"}


def test_承認日にまだ来ていない日を書くと欄のそばで言い書いたものは残る(midori, change, today):
    answer = press(midori, change, "approval", **day(today + timedelta(days=1)))

    assert answer.status_code == 422
    assert "承認日は、今日までの日にしてください。" in words(answer)
    assert f'value="{(today + timedelta(days=1)).day}"' in answer.content.decode()


def test_会員区分を改めて承認するにはわけが要り先生に知らせる(world, midori, change, posted, today):
    category = world.district.categories.create(code="C", label="C 会員", position=3)
    answer = press(midori, change, "approval", category=category.pk, **day(today))
    assert answer.status_code == 422
    assert "改めるわけを入力してください。" in words(answer)
    posted()

    press(midori, change, "approval", category=category.pk, comment="研修中のため。", **day(today))

    assert posted()[0] == ("ApplicationAmended", change.doctor.contact_address)
    assert step_at(change, world.district).category == category


def test_所属施設を候補から選び直して承認すると_申請は残り_直した施設に勤めることになる(
    world, doctor, midori, posted, today
):
    right = register_facility(FacilityFacts("みどり中央クリニック 第二", "14"))
    move = submit(world, doctor, None, today, work="みどり中央クリニック")
    found = press(
        midori, move, "approval", search="1", words="中央クリニック", comment="建物が違います。", **day(today)
    )
    assert (found.status_code, "みどり中央クリニック 第二" in words(found)) == (200, True)
    assert "建物が違います。" in words(found)
    unpicked = press(midori, move, "approval", words="中央クリニック", comment="建物が違います。", **day(today))
    assert (unpicked.status_code, "改める所属施設を、候補から選んでください。" in words(unpicked)) == (422, True)
    none = press(midori, move, "approval", words="どこにもない", comment="建物が違います。", **day(today))
    assert "候補がありません。ほかの言葉で探してください。" in words(none)
    posted()

    chosen = {"words": "中央クリニック", "facility": right.pk, "duty": "clinic-manager", "comment": "建物が違います。"}
    press(midori, move, "approval", **chosen, **day(today))

    assert [name for name, _ in posted()][:2] == ["ApplicationAmended", "ApplicationFinished"]
    work = main_workplace(doctor, today)
    assert (work.facility, work.duty) == (right, "clinic-manager")
    assert move.sheet.unlisted_name == "みどり中央クリニック"
    case = words(midori.get(case_of(move)))
    assert "みどり市医師会が改めました。申請は「みどり中央クリニック」です。" in case
    mine = words(world.browser(doctor.user).get(f"/mypage/applications/{move.receipt_no}/"))
    assert "所属施設を「みどり中央クリニック 第二」に改めました。施設業務を「診療所の管理者" in mine


def test_退会の確認では所属施設を改められない(world, midori, transfer, today):
    assert "施設を探す" not in words(midori.get(case_of(transfer)))
    step = step_at(transfer, world.district)
    other = register_facility(FacilityFacts("よその医院", "14"))
    decision = Decision(today, facility_id=other.pk, comment="改めます。")

    with pytest.raises(FacilityNotOffered):
        approve_step(step, decision, seen=queries.fingerprint(step), by=world.clerk(world.district), at=world.at)


def test_差し戻しには理由が要り直していただくところと指摘は選べて_メールには数だけを書く(world, midori, change, posted):
    empty = press(midori, change, "return", reason="", pick_note="on", remark_note="電話番号も。")
    assert (empty.status_code, "理由を入力してください。" in words(empty)) == (422, True)
    assert "電話番号も。" in words(empty)
    posted()

    picked = {"pick_effective_on": "on", "pick_seat_14-021": "on", "remark_seat_14-021": "研修中の方は C です。"}
    press(midori, change, "return", reason="ご確認ください。", **picked)

    assert posted() == [("ApplicationReturned", change.doctor.contact_address)]
    line = step_at(change, world.district).history.latest("pk")
    assert line.comment == "ご確認ください。"
    assert line.remarked == (
        Remark("effective_on", "異動日", ""),
        Remark("seat_14-021", "みどり市医師会の会員区分", "研修中の方は C です。"),
    )
    mail = Message.objects.latest("pk").body
    assert "直していただくところは、2 か所あります。" in mail
    assert "研修中" not in mail
    assert "研修中の方は C です。" in words(midori.get(case_of(change)))


def test_指摘を書いた項目にはチェックが要り_申請書にない項目は指せない(world, midori, change):
    unticked = press(midori, change, "return", reason="ご確認ください。", remark_effective_on="四月一日では。")

    assert unticked.status_code == 422
    assert "「異動日」を直していただくなら、チェックを入れてください。" in words(unticked)
    assert "四月一日では。" in words(unticked)
    assert "所属施設" not in [row.item.label for row in unticked.context["return_form"].rows]
    long = press(midori, change, "return", reason="ご確認ください。", pick_note="on", remark_note="あ" * 301)
    assert "300 文字以内で入力してください（いまは 301 文字です）。" in words(long)
    step = step_at(change, world.district)
    clerk = world.clerk(world.district)
    with pytest.raises(PageIsStale):
        return_step(step, reason="字", remarks={"work": ""}, seen=queries.fingerprint(step), by=clerk, at=world.at)


def test_指摘は先生の届出のその項目と_直すときのその段階と_経過に出て_ほかの医師会には出ない(
    world, doctor, sakura, today
):
    wanted = {world.other_district: "B", world.other_prefecture: "B", world.national: "B"}
    moving = request(wanted, today + timedelta(days=60), reasons=(Reason.TRANSFER,))
    transfer = submit_application(doctor, moving, at=world.at)
    picked = {
        "pick_effective_on": "on",
        "remark_effective_on": "四月一日では。",
        "pick_seat_26-011": "on",
        "remark_seat_26-011": "A 会員では。",
        "pick_note": "on",
    }
    press(sakura, transfer, "return", "26-011", reason="ご確認ください。", **picked)
    client = world.browser(doctor.user)
    where = f"/mypage/applications/{transfer.receipt_no}/"

    page = words(client.get(where))
    assert page.count("医師会からの指摘：四月一日では。") == 3
    assert page.count("医師会からの指摘：直してください。") == 3
    steps = ("reason", "grounds", "destination", "check")
    shown = {step: words(client.get(f"{where}writing/{step}/")) for step in steps}
    assert {step: re.findall("医師会からの指摘：([^。]*。)", page) for step, page in shown.items()} == {
        "reason": ["四月一日では。"],
        "grounds": [],
        "destination": ["A 会員では。"],
        "check": ["四月一日では。", "A 会員では。", "直してください。"],
    }
    assert "四月一日では。" in words(sakura.get(case_of(transfer, "26-011")))
    midori = world.browser(world.clerk(world.district).user)
    assert "四月一日では。" not in words(midori.get(case_of(transfer)))

    kept = queries.stopped_at(transfer)
    resubmit_application(transfer, request(wanted | {world.other_district: "A"}, today), at=world.at)
    page = words(client.get(where))
    assert page.count("医師会からの指摘：四月一日では。") == 1
    assert queries.stopped_at(transfer) == kept


def test_マイページを使っていない先生への指摘は_印刷して渡す(world, midori, today):
    paper = world.member("紙野", "綴", world.district, signs_in=False)
    filed = submit(world, paper, {world.district: "B"}, today)
    assert "この届出を印刷して、お渡しください。" in words(midori.get(case_of(filed)))

    press(
        midori, filed, "return", reason="ご確認ください。", pick_effective_on="on", remark_effective_on="四月一日では。"
    )

    assert "理由と指摘を印刷して、お渡しください。" in words(midori.get(case_of(filed)))
    printed = words(midori.get(f"{case_of(filed)}print/"))
    assert "差し戻しの理由 ご確認ください。" in printed
    assert "医師会からの指摘：四月一日では。" in printed


def test_保留にして尋ね電話のお答えを書きとめると続きを決められる(world, midori, change, posted, today):
    posted()
    press(midori, change, "question", question="開業はお済みですか。")
    assert posted() == [("ApplicationAsked", change.doctor.contact_address)]
    assert "お答えを書きとめる" in words(midori.get(case_of(change)))

    press(midori, change, "answer", answer="お電話で、ご本人から。済みました。")

    assert posted() == []
    assert states(change)[0][2] == "承認待ち"
    assert "お電話で、ご本人から。済みました。" in words(midori.get(case_of(change)))


def test_ほかの医師会の尋ねたことには答えられない(world, midori, sakura, transfer):
    press(sakura, transfer, "question", "26-011", question="勤務先をお知らせください。")

    answer = midori.post(f"{case_of(transfer)}answer/", {"seen": "1-1", "answer": "済みました。"})

    assert answer.status_code == 409
    assert Application.objects.get(pk=transfer.pk).state_label == "保留"


def test_入会は却下でき退会の確認は却下できない(world, midori, sakura, transfer, posted):
    assert "却下する" not in words(midori.get(case_of(transfer)))
    refused = press(midori, transfer, "rejection", reason="いけません。")
    assert refused.status_code == 422
    assert "退会と確認は、却下できません。" in words(refused)
    posted()

    press(sakura, transfer, "rejection", "26-011", reason="要件に合いません。")

    assert posted() == [("ApplicationRejected", transfer.doctor.contact_address)]
    assert Application.objects.get(pk=transfer.pk).state_label == "却下"


def test_期限の過ぎた下の医師会の段を上の医師会がわけを書いて代わって決める(world, doctor, today):
    world.at -= timedelta(days=50)
    application = submit(world, doctor, {world.district: "B", world.prefecture: "B", world.national: "B"}, today)
    kanagawa = world.browser(world.clerk(world.prefecture).user)
    assert "代わって決める" in words(kanagawa.get(case_of(application, "14")))
    takeover = f"{case_of(application, '14')}steps/1/takeover/"
    page = kanagawa.get(takeover)
    assert "期限を 5 日過ぎています。" in words(page)

    missing = kanagawa.post(takeover, {"seen": seen_on(page)} | day(today))
    assert "代わって決めるわけを入力してください。" in words(missing)
    done = kanagawa.post(takeover, {"seen": seen_on(page), "comment": "事務局が不在のため。"} | day(today))

    assert done.status_code == 302
    step = step_at(application, world.district)
    assert (step.state_label, step.taken_over_by) == ("承認済", world.prefecture)
    assert "神奈川県医師会が代わって）が承認しました" in words(kanagawa.get(case_of(application, "14")))


def test_期限の過ぎていない段は代わって決められない(world, change):
    kanagawa = world.browser(world.clerk(world.prefecture).user)

    page = kanagawa.get(f"{case_of(change, '14')}steps/1/takeover/")

    assert "いまは、代わって決めることができません。" in words(page)
    assert kanagawa.get(f"{case_of(change, '14')}steps/3/takeover/").status_code == 404


def test_二人めの担当者にはだれがいつ決めたかを言う(world, midori, change, today):
    colleague = world.browser(world.admin(world.district).user)
    seen = seen_on(midori.get(case_of(change)))
    press(colleague, change, "approval", **day(today))

    late = midori.post(f"{case_of(change)}return/", {"seen": seen, "reason": "日付をご確認ください。"})

    assert late.status_code == 409
    assert "すでに処理されています" in words(late)
    assert "管理 花子 さんが承認しました。" in words(late)
    assert "日付をご確認ください。" in words(late)


def test_開いたあとに内容が変わった画面からは決められない(world, midori, change, today):
    answer = midori.post(f"{case_of(change)}approval/", {"seen": "0-0"} | day(today))

    assert answer.status_code == 409
    assert "内容が変わりました" in words(answer)
    assert states(change)[0][2] == "承認待ち"


def test_先生が取り下げたあとに送るとそのことを言う(world, midori, change, today):
    seen = seen_on(midori.get(case_of(change)))
    withdraw_application(Application.objects.get(pk=change.pk), at=timezone.now())

    late = midori.post(f"{case_of(change)}approval/", {"seen": seen} | day(today))

    assert "山田 太郎 先生が取り下げました。" in words(late)


def test_ほかの医師会が差し戻したあいだは決められない(world, midori, sakura, transfer, today):
    step = step_at(transfer, world.other_district)
    seen = seen_on(midori.get(case_of(transfer)))
    return_step(
        step,
        reason="秘密のわけ",
        seen=queries.fingerprint(step),
        by=world.clerk(world.other_district),
        at=timezone.now(),
    )

    late = midori.post(f"{case_of(transfer)}approval/", {"seen": seen} | day(today))
    page = words(midori.get(case_of(transfer)))

    assert "さくら市医師会が差し戻しました。" in words(late)
    assert "届出が止まっています。いま、先生（さくら市医師会が差し戻したところ）です。" in page
    assert "秘密のわけ" not in page


def test_閲覧の担当者は見るだけである(world, change, today):
    viewer = world.browser(world.appoint(world.district, Role.VIEWER, "見田 閲").user)
    page = viewer.get(case_of(change))

    assert "一般か管理者の役割の担当者が行います。" in words(page)
    assert viewer.post(f"{case_of(change)}approval/", day(today)).status_code == 404


def test_自分の届出は自分では決められない(world, change, doctor, today):
    own = world.appoint(world.district, Role.CLERK, "山田 太郎", doctor.user)
    client = world.browser(own.user)

    assert "ほかの担当者が決めます。" in words(client.get(case_of(change)))
    assert client.post(f"{case_of(change)}approval/", day(today)).status_code == 404


# 医師会のあいだの連絡


def test_連絡は届出を決める医師会だけが読める(world, midori, transfer):
    press(midori, transfer, "notes", text="9月まで会費をお納めです。")

    assert OfficeNote.objects.get().text == "9月まで会費をお納めです。"
    kyoto = world.browser(world.clerk(world.other_prefecture).user)
    page = words(kyoto.get(case_of(transfer, "26")))
    assert "9月まで会費をお納めです。" in page
    assert "一般 次郎" not in page.partition("医師会のあいだの連絡")[2].partition("これまでの経過")[0]


def test_空の連絡は欄のそばで断る(midori, change):
    answer = press(midori, change, "notes", text=" ")

    assert (answer.status_code, "連絡を入力してください。" in words(answer)) == (422, True)


def test_尋ねたことはほかの医師会の画面に出ない(world, midori, sakura, transfer):
    step = step_at(transfer, world.other_district)
    ask_about_step(
        step,
        question="内緒の問い",
        seen=queries.fingerprint(step),
        by=world.clerk(world.other_district),
        at=timezone.now(),
    )

    assert "内緒の問い" in words(sakura.get(case_of(transfer, "26-011")))
    assert "内緒の問い" not in words(midori.get(case_of(transfer)))
    assert Step.objects.get(pk=step.pk).state_label == "保留"


# まとめて決める


@pytest.fixture
def three(world, today) -> list[Application]:
    """みどり市の三人の、会員区分の変更。"""
    doctors = [world.member(f"医師{number}", "花子", world.district) for number in range(3)]
    return [submit(world, one, {world.district: "B"}, today) for one in doctors]


BULK = f"{LIST}approvals/"


def lines_of(page) -> list[str]:
    return re.findall(r'name="line" value="([^"]*)"', page.content.decode())


def test_いくつか選ぶと起こることを確かめてから一件ずつ決める(world, midori, three, posted, today):
    posted()
    page = midori.post(BULK, {"pick": [one.receipt_no for one in three]})
    assert "3 件を承認・確認できます。" in words(page)
    assert "手続きが完了し、先生に知らせます" in words(page)
    assert posted() == []

    done = midori.post(
        BULK, {"line": lines_of(page), "pick": [three[0].receipt_no], "confirmed": "1"} | day(today), follow=True
    )

    assert "3 件をすべて決めました" in words(done)
    assert [mail for mail, _ in posted()] == ["ApplicationFinished"] * 3


def test_まとめて決めるあいだに進んだものは言いほかは決める(world, midori, three, today):
    page = midori.post(BULK, {"whole_page": "on", "listed": [one.receipt_no for one in three]})
    colleague = world.browser(world.admin(world.district).user)
    press(colleague, three[0], "return", reason="ご確認ください。")
    press(colleague, three[1], "approval", **day(today))

    done = midori.post(
        BULK, {"line": lines_of(page), "pick": [three[0].receipt_no], "confirmed": "1"} | day(today), follow=True
    )

    assert "1 件を決め、2 件は決めていません" in words(done)
    assert "すでに処理されています。" in words(done)
    assert [one.state_label for one in Application.objects.order_by("pk")] == ["差し戻し", "完了", "完了"]


def test_まとめて決めるときの日が来ていなければ印を残して欄のそばで言う(midori, three, today):
    page = midori.post(BULK, {"pick": [one.receipt_no for one in three]})
    typed = {"line": lines_of(page)[:2], "pick": [one.receipt_no for one in three], "confirmed": "1"}

    refused = midori.post(BULK, typed | day(today + timedelta(days=1)))
    nothing = midori.post(BULK, typed | {"line": []} | day(today))

    assert refused.status_code == nothing.status_code == 422
    assert "承認日は、今日までの日にしてください。" in words(refused)
    assert refused.content.decode().count(" checked") == 2
    assert "決めるものを、左の欄で一つは選んでください。" in words(nothing)


def test_自分の届出と自分の代行入力したものと止まったものはまとめては決められない(world, doctor, change, today):
    own = world.browser(world.appoint(world.district, Role.CLERK, "山田 太郎", doctor.user).user)

    page = words(own.post(BULK, {"pick": [change.receipt_no]}))

    assert "1 件は、まとめては決められません。" in page
    assert "ご自身か、代理を引き受けている医師の届出です。" in page


def test_自分の届出だけを送っても決まらず記録も残らない(world, doctor, change, today):
    own = world.browser(world.appoint(world.district, Role.CLERK, "山田 太郎", doctor.user).user)
    step = step_at(change, world.district)
    line = f"{change.receipt_no} {queries.fingerprint(step)}"

    done = own.post(BULK, {"line": line, "pick": change.receipt_no, "confirmed": "1"} | day(today), follow=True)

    assert "承認・確認する届出を、一覧の左の欄で選んでください。" in words(done)
    assert "まだ、まとめて決めたり" in words(own.get(f"{LIST}batches/"))


def test_まとめて決めた結果は記録に残りログインし直しても見られる(world, midori, three, today):
    page = midori.post(BULK, {"pick": [one.receipt_no for one in three]})
    midori.post(BULK, {"line": lines_of(page), "pick": [three[0].receipt_no], "confirmed": "1"} | day(today))
    colleague = world.browser(world.admin(world.district).user)

    record = colleague.get(re.search(rf"{LIST}batches/\d+/", colleague.get(f"{LIST}batches/").content.decode())[0])

    assert "届出の承認・確認" in words(record)
    assert "一般 次郎" in words(record)
    assert "3 件をすべて決めました" in words(record)
    assert all(one.receipt_no in words(record) for one in three)


def test_何も選ばなければ一覧にもどって言う(midori):
    assert "承認・確認する届出を、一覧の左の欄で選んでください。" in words(midori.post(BULK, {}, follow=True))


@pytest.mark.parametrize("number", [1, 3])
def test_まとめて決める前の確認の問い合わせの数は数によらない(midori, three, number, django_assert_num_queries):
    with django_assert_num_queries(20):
        midori.post(BULK, {"pick": [one.receipt_no for one in three[:number]]})


# 代行入力

ENTRY = f"{LIST}entry/"


def enter(client, doctor, kind: str, **typed: object):
    """番号から始め、書いて、確かめ、受け付けるところまで。"""
    number = doctor.licences.get(ended_on=None).number
    where = client.post(ENTRY, {"number": number, "kind": kind})["Location"]
    page = client.post(where, typed)
    if page.status_code != 200:
        return page
    carried = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.content.decode())
    assert "まだ受け付けていません。" in words(page)
    sent = {unescape(name): unescape(value) for name, value in carried if name != "csrfmiddlewaretoken"}
    return client.post(where, sent | {"confirmed": "1"})


def leaving(today, **others: object) -> dict[str, object]:
    typed = {"cause": "died", "scope": "all", "ground": "ご家族からの届出"}
    return typed | day(today, "effective_on") | day(today, "paper_on") | others


def test_亡くなった先生の退会を代行入力するとどの画面にも代行入力と出て先生にメールは送らない(
    world, midori, doctor, posted, today
):
    posted()
    assert enter(midori, doctor, "leave", **leaving(today)).status_code == 302

    application = Application.objects.get()
    assert posted() == [("ApplicationReceived", ""), ("StepArrived", "kaiin-14-021@office.example")]
    assert application.sheet.cause_labels == ["死亡"]
    assert application.sheet.note == "根拠：ご家族からの届出"
    for path in (LIST, case_of(application), f"{case_of(application)}print/", f"{LIST}print/"):
        assert "代行入力" in words(midori.get(path)), path
    page = words(world.browser(world.admin(world.district).user).get(case_of(application)))
    assert "亡くなった先生には、メールを送りません。" in page
    assert ["この届出を印刷して、お渡しください。" in page, "指摘は、先生のマイページの" in page] == [True, False]


def test_代行入力した人はほかに担当者がいれば自分では決められない(world, midori, doctor, today):
    enter(midori, doctor, "leave", **leaving(today))
    application = Application.objects.get()

    assert "ほかの担当者が行います。" in words(midori.get(case_of(application)))
    refused = press(midori, application, "approval", **day(today))
    assert "ご自身が代行入力した届出は、ほかの担当者が決めます。" in words(refused)
    colleague = world.browser(world.admin(world.district).user)
    assert press(colleague, application, "approval", **day(today)).status_code == 302


def test_会費滞納の退会は日本医師会だけにもできる(world, midori, doctor, today):
    enter(midori, doctor, "leave", **leaving(today, cause="arrears", scope="00", ground="理事会の議決"))

    assert states(Application.objects.get()) == [("日本医師会", "退会の承認", "承認待ち")]


def test_会員区分の変更を代行入力する(world, midori, doctor, today):
    category = world.district.categories.get(code="B")
    typed = {"cause": "employed", "district": category.pk, "prefecture": "", "national": "", "note": "お願いします。"}

    enter(midori, doctor, "category", **typed, **day(today, "effective_on"), **day(today, "paper_on"))

    application = Application.objects.get()
    assert states(application) == [("みどり市医師会", "会員区分の変更の承認", "承認待ち")]
    assert application.sheet.paper_on == today


def test_会員区分を一つも変えなければ欄のそばで言い書いたものは残る(midori, doctor, today):
    typed = {"cause": "employed", "note": "午後に電話"} | day(today, "effective_on") | day(today, "paper_on")

    page = enter(midori, doctor, "category", **typed)

    assert page.status_code == 422
    assert "変わる会員区分を、一つは選んでください。" in words(page)
    assert "午後に電話" in words(page)


def test_施設の異動は候補から選ぶか一覧にない施設として代行入力する(world, midori, doctor, today):
    world.works_in(doctor, world.prefecture)
    typed = {"words": "架空中央", "prefecture": "14", "duty": "hospital-staff"}
    days = day(today, "effective_on") | day(today, "paper_on")
    page = enter(midori, doctor, "facility", **typed, **days)
    assert "候補から選んでください。" in words(page)
    assert "架空中央病院" in words(page)

    assert enter(midori, doctor, "facility", **typed, facility="unlisted", **days).status_code == 302

    assert Application.objects.get().sheet.unlisted_name == "架空中央"


def test_差し戻した届出の直した紙を代行入力できる(world, midori, doctor, today):
    enter(midori, doctor, "leave", **leaving(today))
    application = Application.objects.get()
    colleague = world.browser(world.admin(world.district).user)
    press(colleague, application, "return", reason="日付をご確認ください。")
    where = f"{case_of(application)}entry/"
    assert "直した紙を代行入力する" in words(midori.get(case_of(application)))

    again = leaving(today - timedelta(days=3), confirmed="1")
    assert midori.post(where, again).status_code == 302

    application.refresh_from_db()
    assert (application.state_label, application.effective_on) == ("申請中", today - timedelta(days=3))


def test_すでに届出のある在籍には二つめを受け付けずわけを言う(midori, doctor, change, today):
    page = enter(midori, doctor, "leave", **leaving(today))

    assert page.status_code == 422
    assert "同じ医師会についての届出を、すでに受け付けています。" in words(page)


def test_見えない医師の番号は見つからないと答える(world, midori):
    stranger = world.member("異邦", "遠人", world.other_district)
    number = stranger.licences.get().number

    page = midori.post(ENTRY, {"number": number, "kind": "leave"})

    assert "この番号の医師は、この医師会では見つかりません。" in words(page)
    assert midori.get(f"{ENTRY}{stranger.pk}/leave/").status_code == 404
