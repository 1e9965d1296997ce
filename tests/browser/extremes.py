"""練習用の世界に足す、極端な人々: 何もない人、名のとても長い人、たくさんの申請、あらゆる状態。"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.accounts import policy as account_policy
from mamis.accounts.models import Agreement, Statement, User
from mamis.accounts.operations import (
    ask_for_address,
    begin_device,
    confirm_address,
    create_user,
    release_factors,
    report_loss,
)
from mamis.accounts.operations.addresses import confirm_key, stop_key
from mamis.accounts.rules import Purpose
from mamis.associations import policy as associations_policy
from mamis.associations.models import Association, Category, President, Staff
from mamis.associations.operations import (
    CategoryFacts,
    Practice,
    add_board_days,
    add_category,
    begin_delegation,
    correct_category,
    invitation_key,
    invite,
    request_rekey,
    set_practice,
)
from mamis.associations.queries import newest_version
from mamis.associations.rules import AUTOMATIC, Duty, Procedure, Role, Tier
from mamis.associations.rules import Kind as AssociationKind
from mamis.doctors.models import Delegation, Doctor, Facility, RegistrationLink
from mamis.doctors.operations import (
    FacilityFacts,
    Work,
    code_of,
    invite_delegate,
    make_letter,
    merge_facilities,
    move_work,
    note_deed,
    register_facilities,
    register_facility,
)
from mamis.doctors.operations.delegates import delegate_key
from mamis.doctors.operations.links import answers_of, give_key
from mamis.doctors.rules import Deed, Relation
from mamis.files.operations import receive
from mamis.mail.models import Message, MessageState
from mamis.members.models import Import
from mamis.members.operations import QUEUE
from mamis.members.rules import Kind as ImportKind
from mamis.membership import queries as membership_queries
from mamis.membership import tasks as membership_tasks
from mamis.membership.models import Batch, BatchLine
from mamis.membership.operations import (
    CategoryChange,
    Decision,
    Paper,
    Request,
    admit,
    approve_step,
    ask_about_step,
    change_together,
    confirm_joining,
    decline_joining,
    enter_application,
    joining_key,
    print_form,
    return_step,
    write_note,
)
from mamis.membership.queries import fingerprint as step_fingerprint
from mamis.membership.queries import seats, seats_fingerprint
from mamis.membership.rules import BatchKind
from mamis.membership.steps import PRINTED
from mamis.training import queries, tasks
from mamis.training.models import (
    Activity,
    BulkDecision,
    BulkLine,
    Certificate,
    CompletionApplication,
    CreditLine,
    HandbookEntry,
)
from mamis.training.operations import (
    CompletionRequest,
    FieldEntry,
    HandbookFacts,
    PaperRequest,
    approve_completion,
    approve_together,
    begin_viewing,
    enter_completion,
    enter_handbook,
    resubmit_completion,
    reverse_credit,
    revoke_completion,
    submit_completion,
    take_starters,
    undo_approval,
    withdraw_completion,
    write_text,
)
from mamis.training.rules import Kind
from mamis.wizard.models import Draft
from tests.accounts.authenticator import enrol, enrol_passkey
from tests.browser import joiners, movers
from tests.files import samples
from tests.members.files import checked, csv_of, member, taken, undone, upload
from tests.membership.acts import step_at, submit
from tests.membership.joining import ask, joining_of, row
from tests.world import PASSWORD, World, agree_to_all, new_district

NAME = "髙﨑𠮷葛\U000e0100" * 12
KANA = "タカサキキチロウ" * 7
WORD = "0123456789" * 6
REASON = (f"受講の記録が見当たりません。{WORD}{WORD}{NAME}。\n" * 40)[:2000]
NOTE = ("学校医として、健診と健康教育を行いました。" + WORD + "\n") * 6
MANY = 62


@dataclass
class Extremes:
    """画面の住所に入る言葉と、人がログインした印。"""

    places: dict[str, Any]
    cookies: dict[str, str]


def build() -> Extremes:
    """極端な人々を、ふだんの操作で作る。"""
    midori, aoba, sakura, university, kanagawa = (
        Association.objects.get(code=code) for code in ("14-021", "14-022", "26-011", "26-901", "14")
    )
    world = World(Association.objects.get(code="00"), kanagawa, _long_association(kanagawa), sakura.parent, sakura)
    world.at = timezone.now() - timedelta(days=3)
    for association, name in ((midori, "田中 恵"), (world.district, NAME), (world.national, "原田 誠")):
        for role in (Role.ADMIN, Role.CLERK):
            world.staff[f"{association.code}-{role.name.lower()}"] = world.appoint(association, role, name)
    users = {
        "member": User.objects.get(email="member@demo.example"),
        "short": User.objects.get(email="district-member@demo.example"),
        "two_hats": User.objects.get(email="two-hats@demo.example"),
        "clerk": User.objects.get(email="midori@demo.example"),
        "admin": User.objects.get(email="midori-admin@demo.example"),
        "sakura_admin": User.objects.get(email="sakura-admin@demo.example"),
        "prefecture": User.objects.get(email="kanagawa-admin@demo.example"),
        "jma": User.objects.get(email="jma-admin@demo.example"),
        "empty_admin": world.appoint(university, Role.ADMIN, "空木 管").user,
        "lonely": world.appoint(Association.objects.get(code="13"), Role.ADMIN, "独田 一").user,
        "viewer": world.appoint(aoba, Role.VIEWER, "見田 閲").user,
        "long_admin": world.admin(world.district).user,
        "hatless": create_user(email="hatless@office.example", name="立場 無", at=world.at),
        "new": world.doctor("新井", "始").user,
    }
    President.objects.filter(association=university).delete()
    places: dict[str, Any] = {"long": world.district.code}
    guarded = ("enrolling", "guarded", "halfway", "halfway_key", "released")
    guards = {key: world.appoint(midori, Role.CLERK, "守田 鍵").user for key in guarded}
    for key in ("guarded", "halfway", "released"):
        enrol(guards[key])
    enrol_passkey(guards["halfway_key"])
    loss = report_loss(guards["released"], "なくしました。", at=world.at)
    release_factors(loss, how="電話で", by=users["admin"], association=midori.name, at=world.at)
    reason = (f"スマートフォンを落としました。{WORD}\n" * 20)[:400]
    places["loss"] = report_loss(guards["guarded"], reason, at=world.at).pk
    for agent in ("Mozilla/5.0 (iPhone) Safari/604.1", "Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Edg/150.0", ""):
        begin_device(guards["guarded"], agent[-40:], agent=agent, address="", at=timezone.now())
    users |= {key: user for key, user in guards.items() if not key.startswith("halfway")}

    waiting = _applied(world, "待田", midori, users, places, "waiting")
    world.join(waiting.doctor, aoba)
    for name, key in (("古田", "stale"), ("遅田", "late")):
        _applied(world, name, midori, users, places, key)
    approved = _applied(world, "承田", midori, users, places, "approved")
    world.approve(approved, world.admin(midori))
    Message.objects.filter(recipient_doctor=approved.doctor).update(
        state=MessageState.FAILED, last_error="宛先のメールアドレスがありません（550）", sent_at=None
    )
    withdrawn = _applied(world, "取田", midori, users, places, "withdrawn")
    withdraw_completion(withdrawn, at=world.at + timedelta(hours=1))
    corrected = _applied(world, "直田", midori, users, places, "corrected")
    world.send_back(corrected, world.admin(midori))
    resubmit_completion(corrected, _request(midori, 3), at=world.at + timedelta(hours=2))
    for key in ("expired", "revoked"):
        certified = _applied(world, "証田", midori, users, places, key)
        world.approve(certified, world.admin(midori))
        places[f"{key}_token"] = Certificate.objects.get(application=certified).token
    revoked = CompletionApplication.objects.get(receipt_no=places["revoked"])
    revoke_completion(revoked, reason=REASON, by=world.admin(midori), at=timezone.now())
    for key in ("today", "void"):
        decided = _applied(world, "今田", midori, users, places, key)
        approve_completion(decided, seen=world.seen(decided), by=world.admin(midori), at=timezone.now())
        places[f"{key}_token"] = Certificate.objects.get(application=decided).token
    undo_approval(decided, reason=REASON, by=world.admin(midori), at=timezone.now())
    places["token"] = Certificate.objects.get(application=approved).token

    _build_registrations(world, users, places)
    short = _applied(world, "単田", midori, users, places, "bulk_short")
    reverse_credit(
        CreditLine.objects.get(doctor=short.doctor), ground="誤り", by=world.clerk(world.national), at=world.at
    )
    together = [_applied(world, "束田", midori, users, places, f"bulk{number}") for number in range(3)]
    places["bulk"] = _approve_together(world, midori, together, "1")
    places["bulk_mixed"] = _approve_together(
        world, midori, [short, *together, _applied(world, "束田", midori, users, places, "bulk3")], "2"
    )
    take_starters(by=world.clerk(midori), at=world.at)
    _build_handbooks(world, midori, places)
    _build_long(world, users, places)
    _build_imports(world, midori, users, places)
    _build_joinings(world, midori, places)
    _build_writers(world, midori, aoba, users)
    _build_viewings(world, waiting, users, places)
    _build_invitations(world, midori, users, places)
    _build_rekeys(kanagawa, users, places, world.district)
    _build_papers(world, midori, users, places)
    movers.build(world, midori, users["long_doctor"].doctor, users, places)
    _build_facilities(world, midori, users, places)
    _build_applications(world, midori, users, places)
    _build_batches(world, midori, places)
    _build_practice(world.district, world.admin(world.district), places)
    joiners.build(world, midori, users, places)
    places |= {
        "credit": CreditLine.objects.filter(granted_by=world.national, reversal=None).first().pk,
        "president": President.objects.get(association=midori).pk,
        "colleague": Staff.objects.get(user=users["clerk"], association=midori).pk,
        "last_admin": Staff.objects.get(user=users["empty_admin"]).pk,
        "long_clerk": world.clerk(world.district).pk,
        "message": Message.objects.filter(mail="CompletionReceived", about_doctor=waiting.doctor).get().pk,
        "failed": Message.objects.get(mail="CompletionApproved", about_doctor=approved.doctor).pk,
    }
    places["factor"] = account_policy.apps_of(guards["guarded"]).get().pk
    for kind, change in (("terms", "第4条に、住所の変更の届出を加えました。"), ("joint-use", f"{WORD}{NAME}"[:200])):
        first = Statement.objects.get(kind=kind)
        Statement.objects.create(
            kind=kind,
            number=2,
            body=first.body + f"\n\n■附則\n\n{WORD}{NAME}",
            change=change,
            from_on=timezone.localdate(),
            published_at=world.at,
            published_by=users["jma"],
        )
    places |= _address_links(users) | _delegations(world, users)
    for user in users.values():
        agree_to_all(user)
    users["newcomer"] = create_user(email="newcomer@office.example", name="初見 始", at=world.at)
    users["asked_again"] = create_user(email="asked-again@office.example", name="再見 改", at=world.at)
    Agreement.objects.bulk_create(
        Agreement(user=users["asked_again"], statement=one, at=world.at) for one in Statement.objects.filter(number=1)
    )
    cookies = {person: _sign_in(user) for person, user in users.items()}
    return Extremes(places, cookies | {key: _begin_to_sign_in(guards[key]) for key in ("halfway", "halfway_key")})


def _build_registrations(world: World, users: dict[str, User], places: dict[str, Any]) -> None:
    """利用者登録をする人々：書き始め、書きかけ、長い、済んだ人、待つ人、差し戻された人。"""
    world.staff["14-clerk"] = world.appoint(world.prefecture, Role.CLERK, "県田 一")
    waiting, returned = world.registration("待井", "登"), world.registration("戻井", "録")
    world.send_back_registration(returned, REASON)
    users |= {"registrant": waiting.user, "returned_registrant": returned.user}
    now = timezone.now()
    names = {"family_name": [NAME], "given_name": [NAME], "family_kana": [KANA], "given_kana": [KANA]}
    long = answers_of(returned)
    long = {"licence": long["licence"] | names, "workplace": long["workplace"] | {"facility_name": [(NAME * 3)[:120]]}}
    for key, answers in (("blank", {}), ("half", answers_of(returned)), ("lengthy", long)):
        link = RegistrationLink(mail_address=f"{key}@hana.example", answers=answers, asked_at=now)
        places[f"registration_{key}"] = give_key(link, at=now)
    midori = Association.objects.get(code="14-021")
    unlinked = world.member("照井", "合", midori, kana=("テルイ", "アウ"), signs_in=False)
    half = world.registration("照井", "合", facts=unlinked, birth_on=date(1980, 1, 2))
    done = world.registration("済井", "了", facts=world.member("済井", "了", midori, signs_in=False))
    long_one = world.member(
        NAME, NAME, world.district, kana=(KANA, KANA), signs_in=False, address=f"{'a' * 60}@b.example"
    )
    long_half = world.registration(
        NAME, NAME, facts=long_one, birth_on=date(1980, 1, 2), facility_name=(NAME * 3)[:120]
    )
    for key, one in (
        ("registration_half_no", half),
        ("registration_done_no", done),
        ("registration_new_no", waiting),
        ("registration_returned_no", returned),
        ("registration_long_no", long_half),
    ):
        places[key] = one.receipt_no
    places["letter_doctor"] = unlinked.pk
    invited = world.member("案井", "内", midori, kana=("アンイ", "ウチ"), signs_in=False)
    letter = make_letter(invited, by=world.clerk(midori), at=now)
    places["letter_invited"], places["letter_code"] = invited.pk, code_of(letter.seed)
    places["letter_long"] = long_one.pk
    link = RegistrationLink(mail_address="letter@hana.example", letter=letter, asked_at=now)
    places["registration_by_letter"] = give_key(link, at=now)
    known = world.doctor("白石", "薫", kana=("シライシ", "カオル"), signs_in=False)
    for key, one in (("received", waiting), ("linked", world.registration("白石", "薫", facts=known))):
        link = RegistrationLink(mail_address=one.mail_address, registration=one, used_at=now, asked_at=now)
        places[f"registration_{key}"] = give_key(link, at=now)


def _address_links(users: dict[str, User]) -> dict[str, str]:
    """メールアドレスの変更のリンク：確かめる、止める、元に戻す。"""
    at = timezone.now()
    asked = ask_for_address(users["long_doctor"], Purpose.CONTACT, f"{WORD}@{WORD}.example", at=at)
    moved = ask_for_address(users["drafting"], Purpose.SIGN_IN, "moved@clinic.example", at=at)
    confirm_address(confirm_key(moved), at=at)
    moved.user.refresh_from_db()
    return {
        "address_confirmation": reverse("address_confirmation", args=[confirm_key(asked)]),
        "address_stop": reverse("address_stop", args=[stop_key(asked)]),
        "address_restore": reverse("address_stop", args=[stop_key(moved)]),
    }


def _delegations(world: World, users: dict[str, User]) -> dict[str, Any]:
    """名の長い先生が頼んだ返事待ちの代理と、書きかけの先生の代理を引き受けた人。"""
    doctor, now = users["long_doctor"].doctor, timezone.now()
    invited = invite_delegate(
        doctor,
        name=NAME[:100],
        relation=Relation.SECRETARY,
        mail_address="hisho@clinic.example",
        may_submit=True,
        last_on=timezone.localdate() + timedelta(days=300),
        at=now,
    )
    acting = world.delegate(users["drafting"].doctor, "秘田 文子")
    for deed in (Deed.WROTE, Deed.SUBMITTED):
        note_deed(acting, deed, about="", at=now)
    over = world.delegate(doctor, "", acting.user, may_submit=True)
    Delegation.objects.filter(pk=over.pk).update(set_on=date(2026, 1, 1), until_on=date(2026, 7, 1))
    users["secretary"] = acting.user
    link = reverse("delegation_link", args=[delegate_key(invited)])
    return {"delegation": invited.pk, "acting": acting.pk, "delegation_link": link}


def _sign_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return str(client.cookies["session"].value)


def _begin_to_sign_in(user: User) -> str:
    """パスワードまで打って、二つめの画面にいる。"""
    client = Client()
    client.post("/sign-in/", {"sign_in_name": user.email, "password": PASSWORD})
    return str(client.cookies["session"].value)


def _long_association(parent: Association) -> Association:
    """名も会長の名もとても長い医師会。"""
    association = Association.objects.create(
        code="14-099",
        name=("とても長い名の練習用" * 10)[:97] + "医師会",
        kana="トテモナガイ" * 30,
        tier=Tier.DISTRICT,
        kind=AssociationKind.AREA,
        parent=parent,
        prefecture=parent.prefecture,
        postcode="140-0001",
        address=(NAME + WORD)[:120],
        telephone="045-000-0199",
        hours="平日 9:00～17:00（お昼の休みは 12:00 から 13:00 まで）" * 2,
        inquiry_address="k" * 60 + "@" + "long-name." * 3 + "example",
        member_address="",
        homepage="https://www.example/" + "h" * 80,
    )
    President.objects.create(association=association, name=NAME, from_on=timezone.localdate() - timedelta(days=900))
    Category.objects.create(association=association, code="A", label=("とても長い会員区分の名" * 6)[:60], position=1)
    return association


def _applied(
    world: World, family: str, association: Association, users: dict[str, User], places: dict[str, Any], key: str
) -> CompletionApplication:
    """その医師会に申請した会員。"""
    doctor = _ready(world, world.member(family, "待子", association))
    users[key] = doctor.user
    application = submit_completion(doctor, _request(association, 1), at=world.at)
    places[key] = application.receipt_no
    return application


def _build_practice(association: Association, by: Staff, places: dict[str, Any]) -> None:
    """会員手続き、会員区分、理事会の日程：どれもとても長い。"""
    category = association.categories.earliest("position")
    today, at = timezone.localdate(), timezone.now()
    kinds = [kind.value for kind in AUTOMATIC]
    practice = Practice(
        allows_partial=False,
        confirmation_days=60,
        decision_days=180,
        automatic_kinds=kinds,
        join_note=f"{WORD}\n{REASON * 20}"[:1000],
    )
    set_practice(association, practice, seen=newest_version(association).pgh_id, by=by, at=at)
    facts = CategoryFacts(
        code="9" * 16,
        label=category.label,
        from_on=today - timedelta(days=400),
        until_on=today + timedelta(days=400),
        is_selectable=False,
        is_voting=True,
        is_insured=False,
        duties=[duty.value for duty in Duty],
    )
    correct_category(category, facts, seen=newest_version(category).pgh_id, by=by, at=at)
    add_category(
        association, replace(facts, code="C", label=WORD[:60], from_on=today + timedelta(days=9)), by=by, at=at
    )
    add_board_days(association, [today + timedelta(days=7 * week) for week in range(100)], by=by, at=at)
    places["long_category"] = category.pk


def _build_applications(world: World, midori: Association, users: dict[str, User], places: dict[str, Any]) -> None:
    """届出：決めるもの、異動元、期限の過ぎたもの、保留、差し戻した紙のもの、終わったもの、とても長いもの。"""
    clerk, today, kanagawa = world.clerk(midori), timezone.localdate(), world.prefecture
    Category.objects.create(association=world.district, code="B", label=("もう一つの長い会員区分" * 6)[:60], position=2)

    def filed(key: str, days_ago: int, *associations: Association, work: str = "", doctor: Doctor | None = None) -> Any:
        seats = associations or (midori, kanagawa)
        doctor = doctor or world.member("届田", "出", *seats, kana=("トドケダ", "イズル"))
        early = replace(world, at=timezone.now() - timedelta(days=days_ago))
        made = submit(early, doctor, dict.fromkeys(seats, "B"), today + timedelta(days=30), work=work)
        places[key] = made.receipt_no
        return step_at(made, seats[0])

    filed("filed_stale", 3)
    filed("filed_late", 52, work="みどり新しい内科")
    national = world.member("届田", "全", midori, kanagawa, world.national, kana=("トドケダ", "ゼン"))
    whole = {midori: "B", kanagawa: "B", world.national: "A2B"}
    places["filed"] = submit(replace(world, at=timezone.now()), national, whole, today).receipt_no
    step = filed("filed_held", 5)
    ask_about_step(step, question=REASON, seen=step_fingerprint(step), by=clerk, at=timezone.now())
    step = filed("filed_done", 9, midori)
    write_note(step, text=REASON[:1000], by=clerk, at=timezone.now())
    approve_step(step, Decision(today), seen=step_fingerprint(step), by=clerk, at=timezone.now())
    moving = world.member("届田", "異", midori, kanagawa, kana=("トドケダ", "コト"))
    sakura, kyoto = world.other_district, world.other_prefecture
    early = replace(world, at=timezone.now() - timedelta(days=1))
    places["filed_moving"] = submit(early, moving, {sakura: "B", kyoto: "B1"}, today + timedelta(days=40)).receipt_no
    on_paper = world.member("届田", "紙", midori, kana=("トドケダ", "カミ"), signs_in=False, address="")
    leaving = Request(after={}, effective_on=today, causes=("died",))
    printout = print_form(on_paper, Procedure.LEAVE, {}, by=world.admin(midori), at=timezone.now())
    places["answered_printout"] = printout.number
    entered = enter_application(
        on_paper, leaving, Paper(today), by=world.admin(midori), printed=Procedure.LEAVE, at=timezone.now()
    )
    places["filed_returned"] = entered.receipt_no
    step = step_at(entered, midori)
    remarks = {"causes": REASON[:300], "effective_on": "戸籍の日と違います。", "scan": ""}
    return_step(step, reason=REASON, remarks=remarks, seen=step_fingerprint(step), by=clerk, at=timezone.now())
    person = _with_long_name(world, "long-filed@clinic.example")
    step = filed("filed_long", 60, world.district, doctor=person, work=(NAME * 3)[:120])
    for author in (world.clerk(world.district), world.admin(world.district)):
        write_note(step, text=f"{WORD}{NAME}"[:1000], by=author, at=timezone.now())
    for index in range(MANY):
        doctor = world.member(f"多田{index}", "届夫", world.district, signs_in=False, address="")
        enter_application(doctor, leaving, Paper(today), by=world.clerk(world.district), at=timezone.now())
    places["entering"] = world.member("届田", "入", midori, kanagawa, kana=("トドケダ", "イル"), signs_in=False).pk
    places["entering_long"] = _with_long_name(world, "long-entering@clinic.example").pk
    _build_slips(world, midori, users, places)


def _build_slips(world: World, midori: Association, users: dict[str, User], places: dict[str, Any]) -> None:
    """事務局が写しかけた紙：すべて写した異動届、初めだけの入会申込書、とても長いもの。差し戻した異動届。"""
    today, seats = timezone.localdate(), (midori, world.prefecture)
    for key, name in (("copied", "写"), ("copying", "途")):
        places[key] = world.member("紙田", name, *seats, kana=("カミタ", "ウツス"), signs_in=False, address="").pk
    places["copied_long"] = places["entering_long"]
    scan = receive(
        samples.upload(samples.jpeg(), "とても長い名の、撮ったままの写真" * 4 + ".jpg"),
        purpose="membership.paper",
        by_user_id=users["clerk"].pk,
        at=world.at,
    )
    whole = {
        "reason": {"reasons": ["transfer"]} | _days("effective_on", 3),
        "grounds": {"transfer_causes": ["transferred"], "leave_14-021": ["on"]},
        "search": {"prefecture": ["26"], "district": [""]},
        "destination": {
            "join_26-011": ["on"],
            "category_26-011": ["A"],
            "join_26": ["on"],
            "category_26": ["A"],
        },
        "as_is": True,
        "paper": _days("paper_on", 5) | {"scan_0": [scan.token], "note": ["お電話は午後にお願いします。"]},
    }
    long = {
        "reason": {"reasons": ["facility"]} | _days("effective_on", 3),
        "workplace": {"words": [""], "facility": [""], "unlisted": [(NAME * 3)[:120]], "unlisted_prefecture": ["14"]},
        "duties": {"duty": ["clinic-opener"]},
        "paper": _days("paper_on", 5) | {"note": [NOTE]},
    }
    for key, owner, association, subject, answers in (
        ("copied", "clerk", midori, "moving", whole),
        ("copying", "clerk", midori, "joining", {}),
        ("copied_long", "long_admin", world.district, "moving", long),
    ):
        Draft.objects.create(
            owner=users[owner],
            kind=membership_queries.PAPER_DRAFT,
            subject=f"{association.pk}/{places[key]}/{subject}",
            step="paper",
            answers=answers,
            begun_at=timezone.now(),
            written_at=timezone.now(),
        )
        print_form(
            Doctor.objects.get(pk=places[key]),
            PRINTED[subject],
            answers,
            by=associations_policy.staff_at(users[owner], association.code),
            at=timezone.now(),
        )
    doctor = world.member("紙田", "戻", *seats, kana=("カミタ", "モドル"), signs_in=False)
    wanted = {world.other_district: "B", world.other_prefecture: "B1"}
    returned = submit(replace(world, at=timezone.now()), doctor, wanted, today)
    step = step_at(returned, midori)
    remarks = {"effective_on": "紙の日付と違います。", "note": ""}
    by = world.clerk(midori)
    return_step(step, reason=REASON, remarks=remarks, seen=step_fingerprint(step), by=by, at=timezone.now())
    places |= {"returning": doctor.pk, "returned_paper": returned.receipt_no}


def _build_batches(world: World, midori: Association, places: dict[str, Any]) -> None:
    """まとめて変える：これから変える研修医、すべて受け付けた記録、受け付けないものがある記録、途中でとても長い記録。"""
    today, kanagawa, clerk = timezone.localdate(), world.prefecture, world.clerk(midori)
    was, now = (midori.categories.get(code=letter) for letter in "CB")
    places["batch_category"] = was.pk

    def resident(name: str) -> Doctor:
        doctor = world.doctor(f"研田{name}", "修", kana=("ケンダ", "オサム"))
        for association in (midori, kanagawa, world.national):
            category = association.categories.filter(code__contains="C")[0]
            admit(doctor, association, category=category, on=date(2025, 4, 1))
        work = Work(Facility.objects.earliest("pk").pk, "", "", Duty.RESIDENT)
        move_work(doctor, work, on=date(2025, 4, 1), at=timezone.now())
        return doctor

    def changed(key: str, *doctors: Doctor, stale: tuple[Doctor, ...] = ()) -> int:
        change = CategoryChange({was.pk: now.pk}, today + timedelta(days=30), "trained", "研修修了者の名簿", today)
        seen = {one.pk: seats_fingerprint(seats(one, today)) for one in doctors} | {one.pk: "0" * 32 for one in stale}
        chosen = [(one, seen[one.pk]) for one in (*doctors, *stale)]
        return change_together(chosen, change, key=key * 32, by=clerk, at=timezone.now()).pk

    places["batch"] = changed("1", resident("一"), resident("二"))
    places["batch_mixed"] = changed("2", resident("三"), stale=(resident("四"),))
    for name in ("五", "六", "七"):
        resident(name)
    busy = [resident(name) for name in ("八", "九")]
    changed("3", *busy)
    long = world.clerk(world.district)
    places["batch_long"] = Batch.objects.create(
        kind=BatchKind.CATEGORY,
        association=world.district,
        staff=long,
        key="3" * 32,
        started_at=timezone.now(),
        day=today,
        cause="trained",
        ground=(WORD + NAME)[:200],
        paper_on=today,
    ).pk
    members = Doctor.objects.filter(memberships__association=world.district).order_by("-pk")[:MANY]
    BatchLine.objects.bulk_create(
        BatchLine(batch_id=places["batch_long"], position=position, doctor=doctor, seen="0" * 32)
        for position, doctor in enumerate(members)
    )
    # 見て回るあいだは、裏方が手を付けない。
    lock = f"{membership_tasks.LOCK}{places['batch_long']}"
    tomorrow = timezone.now() + timedelta(days=1)
    membership_tasks.go_on.configure(lock=lock, schedule_at=tomorrow).defer(batch=places["batch_long"])


def _build_handbooks(world: World, midori: Association, places: dict[str, Any]) -> None:
    """手帳の単位：練習用の世界の待っているもの、差し戻し、確認済と、十行のもの。"""
    for key, state in (
        ("handbook", "entered"),
        ("handbook_returned", "sent_back"),
        ("handbook_confirmed", "confirmed"),
    ):
        places[key] = HandbookEntry.objects.filter(association=midori, state=state).earliest("pk").number
    clerk = world.clerk(world.district)
    person = _with_long_name(world, "long-handbook@clinic.example")
    scan = world.handbook(person, clerk).scans.get().file
    day = timezone.localdate() - timedelta(days=400)
    lines = tuple(
        HandbookFacts(Kind.KNOWLEDGE, f"第 {index} 回 {WORD}"[:100], day, 1, tuple(map(str, range(30))))
        for index in range(10)
    )
    places["handbook_long"] = enter_handbook(person, lines, (scan,), by=clerk, at=world.at).number
    for index in range(MANY):
        world.handbook(world.member(f"多田{index}", "手帳", world.district, signs_in=False, address=""), clerk)


def _ready(world: World, doctor: Doctor) -> Doctor:
    """座学の単位が足りている医師。"""
    world.credit(doctor, 20, timezone.localdate() - timedelta(days=90))
    return doctor


def _request(association: Association, entries: int, note: str = "", place: str = "") -> CompletionRequest:
    activities = list(Activity.objects.order_by("code"))
    day = timezone.localdate() - timedelta(days=200)
    return CompletionRequest(
        association.pk,
        tuple(
            FieldEntry(
                activities[index % len(activities)].pk,
                place or "みどり市休日急患診療所",
                day - timedelta(days=index),
                day,
                times=999,
                note=note[:400],
            )
            for index in range(entries)
        ),
        note=note,
    )


def _build_long(world: World, users: dict[str, User], places: dict[str, Any]) -> None:
    """名のとても長い医師の、長い理由で差し戻された、長い申請。ほかに、待っている申請がたくさん。"""
    address = "d" * 60 + "@" + "long-clinic." * 5 + "example"
    person = _with_long_name(world, address)
    users["long_doctor"] = person.user
    for index in range(MANY):
        world.credit(person, 1, timezone.localdate() - timedelta(days=30 + index), title=f"第 {index} 回 {WORD}講演会")
    clerk = world.clerk(world.district)
    for key in ("long_returned", "long_waiting"):
        doctor = person if key == "long_returned" else _ready(world, _with_long_name(world, "long@clinic.example"))
        users.setdefault(key, doctor.user)
        application = submit_completion(doctor, _request(world.district, 30, NOTE, (NAME + WORD)[:100]), at=world.at)
        world.send_back(application, clerk, REASON)
        if key == "long_waiting":
            again = _request(world.district, 29, NOTE + "直しました。", (WORD + NAME)[:100])
            resubmit_completion(application, again, at=world.at + timedelta(hours=2))
        places[key] = application.receipt_no
    for index in range(MANY):
        doctor = world.member(f"多田{index}", "待夫", world.district, signs_in=False, address="")
        world.credit(doctor, 20, timezone.localdate() - timedelta(days=90), by=clerk)
        submit_completion(doctor, _request(world.district, 1), at=world.at)
    places["bulk_long"] = BulkDecision.objects.create(
        association=world.district, staff=clerk, key="3" * 32, started_at=world.at
    ).pk
    BulkLine.objects.bulk_create(
        BulkLine(decision_id=places["bulk_long"], position=position, application=application, seen="0" * 32)
        for position, application in enumerate(CompletionApplication.objects.filter(destination=world.district))
    )
    for title in ("とても長い題の文例" * 6, "もう一つの文例"):
        places["long_text"] = write_text(title, REASON, by=clerk, at=world.at).pk
    # 見て回るあいだは、裏方が手を付けない。
    tomorrow = timezone.now() + timedelta(days=1)
    lock = f"{tasks.LOCK}{places['bulk_long']}"
    tasks.go_on.configure(lock=lock, schedule_at=tomorrow).defer(decision=places["bulk_long"])
    places["long_message"] = Message.objects.filter(mail="CompletionReturned", about_doctor=person).get().pk


def _build_viewings(
    world: World, waiting: CompletionApplication, users: dict[str, User], places: dict[str, Any]
) -> None:
    """事務局が医師の画面を見ている、見おえた、何度も見たところ。"""
    clerk = Staff.objects.get(user=users["clerk"])
    now = timezone.now()
    words = "修了証の受け取り方のご相談"
    places["viewing_over"] = begin_viewing(waiting, reason=words, by=clerk, at=now - timedelta(hours=5)).key
    # 試験のあいだ、ずっと見ていられるように、先の時刻から始める。
    places["viewing"] = begin_viewing(waiting, reason=words, by=clerk, at=now + timedelta(hours=5)).key
    long = CompletionApplication.objects.get(receipt_no=places["long_returned"])
    for times in range(12):
        viewing = begin_viewing(
            long, reason=(REASON[:190]), by=world.admin(world.district), at=now + timedelta(hours=times)
        )
        places["long_viewing"] = viewing.key


def _approve_together(
    world: World, association: Association, applications: list[CompletionApplication], name: str
) -> int:
    """まとめて承認した記録。"""
    choices = [(one, world.seen(one)) for one in applications]
    return approve_together(choices, key=name * 32, by=world.clerk(association), at=world.at).pk


def _build_papers(world: World, midori: Association, users: dict[str, User], places: dict[str, Any]) -> None:
    """紙の申請：代行入力したもの、まだ打っていない医師、書きかけ、書き終えたもの、とても長い差し戻しのあと。"""
    clerk = Staff.objects.get(user=users["clerk"])
    today = timezone.localdate()
    entered = _ready(world, world.member("紙田", "入子", midori))
    users["entered"] = entered.user
    request = _request(midori, 2, "紙のとおり")
    scan, evidence = (
        samples.held(clerk.user_id, purpose, world.at, content, name)
        for purpose, content, name in (
            ("training.paper", samples.pdf(2), "紙の修了申請.pdf"),
            ("training.evidence", samples.jpeg(), "出務表.jpg"),
        )
    )
    entries = (replace(request.entries[0], evidence_id=evidence.pk), *request.entries[1:])
    paper = PaperRequest(midori.pk, entries, request.note, today - timedelta(days=9), scan.pk)
    places["entered"] = enter_completion(entered, paper, by=clerk, at=world.at).receipt_no
    places["paper_new"] = _ready(world, world.member("紙山", "始", midori, signs_in=False)).pk
    places["paper_drafted"] = _ready(world, world.member("紙川", "書子", midori, signs_in=False, address="")).pk
    places["paper_ready"] = _ready(world, world.member("紙島", "済", midori, signs_in=False, address="")).pk
    waiting = receive(
        samples.upload(samples.jpeg(), "とても長い名の、撮ったままの写真" * 4 + ".jpg"),
        purpose="training.paper",
        by_user_id=clerk.user_id,
        at=world.at,
    )
    line = {"activity": ["F102"], "place": ["みどり市休日急患診療所"], "times": ["1"]}
    for key, typed in (("paper_drafted", {"place": ["みどり市"]}), ("paper_ready", line | _days("from_on", 40))):
        Draft.objects.create(
            owner=users["clerk"],
            kind=queries.PAPER_DRAFT,
            subject=f"{midori.pk}/{places[key]}",
            step="activities",
            answers={
                "paper": _days("paper_on", 5) | {"scan_0": [waiting.token]},
                "activities": {"lines": [{"key": "a1", "typed": typed}]},
            },
            begun_at=world.at,
            written_at=world.at,
        )
    long = _with_long_name(world, "")
    world.credit(long, 20, today - timedelta(days=90), by=world.clerk(world.district))
    request = _request(world.district, 30, NOTE, (NAME + WORD)[:100])
    paper = PaperRequest(world.district.pk, request.entries, request.note, today - timedelta(days=9))
    application = enter_completion(long, paper, by=world.clerk(world.district), at=world.at)
    world.send_back(application, world.admin(world.district), REASON)
    places["paper_long"] = long.pk


def _days(name: str, ago: int) -> dict[str, list[str]]:
    """打たれた日付。"""
    day = timezone.localdate() - timedelta(days=ago)
    return {f"{name}_{position}": [str(part)] for position, part in enumerate((day.year, day.month, day.day))}


def _with_long_name(world: World, address: str) -> Doctor:
    """姓も名も六十字の会員。利用者の名は百字までなので、別に作る。"""
    doctor = world.member(NAME, NAME, world.district, kana=(KANA, KANA), address=address, signs_in=False)
    doctor.user = create_user(email=address, name=NAME, at=world.at)
    doctor.save(update_fields=["user"])
    return doctor


def _build_invitations(world: World, midori: Association, users: dict[str, User], places: dict[str, Any]) -> None:
    """招かれているはじめての人、すでに利用者である人、名のとても長い医師会から招かれた人、期限の切れた招待。"""
    now = timezone.now()
    long_address = "i" * 60 + "@" + "long-invitee.example"
    for key, association, address, at in (
        ("invitation_new", midori, "shinjin@office.example", now),
        ("invitation_known", midori, users["new"].email, now),
        ("invitation_long", world.district, long_address, now),
        ("invitation_expired", world.district, "kigen@office.example", now - timedelta(days=4)),
    ):
        invitation = invite(address, Role.ADMIN, by=world.admin(association), at=at)
        places[key] = f"/invitation/{invitation_key(invitation)}/"


def _build_facilities(world: World, midori: Association, users: dict[str, User], places: dict[str, Any]) -> None:
    """施設：ふつう、まとめてある、とても長い名、たくさんの候補、未定。"""
    by, long = world.clerk(midori), world.district
    facility = Facility.objects.filter(prefecture=midori.prefecture, kind="hospital").earliest("pk")
    left = Facility.objects.filter(prefecture=midori.prefecture, kind="clinic").earliest("pk")
    merged = register_facility(FacilityFacts("二重の医院", midori.prefecture_id))
    merge_facilities(merged, into=left, by=by, at=world.at)
    name = (NAME * 5)[:120]
    many = register_facilities(
        [
            FacilityFacts(
                name, long.prefecture_id, address=f"{WORD}{NAME * 5}"[:200], opener_name=name, telephone="045-000-0299"
            )
            for _ in range(60)
        ]
    )
    merge_facilities(many[1], into=many[0], by=world.clerk(long), at=world.at)
    people = list(Doctor.objects.filter(memberships__association=long).distinct().order_by("pk"))
    for doctor in people[2:]:
        move_work(doctor, Work(many[0].pk, "", "", "care-opener"), on=timezone.localdate(), at=world.at)
    for number, doctor in enumerate(people[:2]):
        work = Work(None, f"{name[:118]}{number}", long.prefecture_id, "")
        request = move_work(doctor, work, on=timezone.localdate(), at=world.at).request
    own = move_work(
        world.member("未田", "一", midori),
        Work(None, "できたばかりの医院", "14", ""),
        on=timezone.localdate(),
        at=world.at,
    )
    viewer = world.appoint(world.national, Role.VIEWER, "閲覧 二郎")
    users["jma_viewer"] = viewer.user
    places |= {
        "facility": facility.pk,
        "facility_left": left.pk,
        "facility_merged": merged.pk,
        "facility_long": many[0].pk,
        "facility_request": own.request_id,
        "facility_request_long": request.pk,
        "long_word": NAME[:2],
    }


def _build_past_completions(world: World, midori: Association, users: dict[str, User], places: dict[str, Any]) -> None:
    """このシステムの前の修了：マイページの医師、次の申請をした医師、取り込みの行。番号のとても長いもの、期限の切れたもの。"""
    today = timezone.localdate()
    past = world.member("先野", "修", midori, kana=("サキノ", "オサム"))
    renewing = world.member("継野", "学", midori, kana=("ツギノ", "マナブ"))
    users["past"] = past.user
    world.past_completion(past, today - timedelta(days=90), today + timedelta(days=900), association=midori)
    long = {"association": world.district, "number": "第" + "9" * 28 + "号"}
    world.past_completion(past, today - timedelta(days=500), today - timedelta(days=1), **long)
    world.past_completion(renewing, today - timedelta(days=500), today + timedelta(days=60), association=midori)
    world.credit(renewing, 20, today - timedelta(days=10))
    places["past_case"] = world.submit(renewing, midori).receipt_no
    row = {
        "医籍登録番号": past.licences.get().number,
        "フリガナ": "サキノ オサム",
        "生年月日": "昭和53年8月21日",
        "修了日": f"{today - timedelta(days=30):%Y-%m-%d}",
        "有効期限": "",
        "修了証番号": "第12号",
        "根拠": "承認の決裁簿",
    }
    rows = (row, row | {"修了日": "2015-06-12"}, row | {"有効期限": "2099-03-31"}, row | {"医籍登録番号": "999999"})
    of_import = checked(csv_of(*rows), world.admin(midori), kind=ImportKind.COMPLETIONS, at=timezone.now())
    places["import_past"] = of_import.number
    places["import_past_mapping"] = upload(csv_of(row), world.admin(midori), kind=ImportKind.COMPLETIONS).number


@transaction.atomic
def _build_imports(world: World, midori: Association, users: dict[str, User], places: dict[str, Any]) -> None:
    """いろいろな状態の取り込み。ここで終わりまで働くので、裏方には、残りの仕事を見せない。"""
    admin, long_admin = world.admin(midori), world.admin(world.district)
    places["import_mapping"] = upload(csv_of(member(600001)), admin).number
    places["import_checked"] = checked(csv_of(member(600002), member(600003, 会員区分="甲種")), admin).number
    places["import_nothing"] = checked(csv_of(member(600003, 会員区分="甲種")), admin).number
    _build_past_completions(world, midori, users, places)
    places["import_done"] = taken(csv_of(member(600004, 会員区分="B")), admin).number
    undoing = taken(csv_of(member(600005, 会員区分="B"), member(600006, 会員区分="B")), admin)
    world.credit(Doctor.objects.get(licences__number="600006"), 2, timezone.localdate())
    places["import_undone"] = undone(undoing, admin).number
    for key, state in (("working", "running"), ("stopped", "stopped"), ("discarded", "discarded")):
        of_import = checked(csv_of(member(600007)), admin)
        Import.objects.filter(pk=of_import.pk).update(state=state)
        places[f"import_{key}"] = of_import.number
    wide = member(600008, 会員区分=NAME, 氏名=f"{NAME[:60]} {NAME[:60]}", フリガナ=f"{KANA[:60]} {KANA[:60]}")
    rows = [member(600100 + index, 電話="") for index in range(MANY)]
    of_import = checked(csv_of(wide, *rows, heads=(*wide, *(f"{WORD}{index}" for index in range(30)))), long_admin)
    Import.objects.filter(pk=of_import.pk).update(file_name=f"{WORD}{NAME}"[:190] + ".csv")
    places["import_long"] = of_import.number
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = %s", [QUEUE])


@transaction.atomic
def _build_joinings(world: World, midori: Association, places: dict[str, Any]) -> None:
    """入会の確認をお願いした研修医：待つ、申請できる、辞退した、もう会員になった、長い。"""
    admin, long_admin = world.admin(midori), world.admin(world.district)
    asked = ask(admin, *(row(610000 + number, 名=f"研{number}", メイ="ケン") for number in range(12)), days_ago=3)
    places["joining_list"] = asked.number
    names = {"姓": NAME[:60], "名": NAME[:60], "セイ": KANA[:60], "メイ": KANA[:60], "所属施設": (NAME * 3)[:120]}
    upper = {"都道府県の会員区分": "", "日本医師会の会員区分": ""}
    first = world.district.categories.order_by("position").first()
    ask(long_admin, row(620000, **names, **upper, 会員区分=first.label), days_ago=3)
    taken_already = world.doctor("研修", "研3", kana=("ケンシュウ", "ケン"), signs_in=False)
    taken_already.licences.update(number="610003")
    Doctor.objects.filter(pk=taken_already.pk).update(birth_on=date(2000, 4, 2))
    world.join(taken_already, midori)
    decline_joining(joining_of(610001), "入会日が違います。五月一日です。", at=timezone.now())
    for number in range(6, 9):
        confirm_joining(joining_of(610000 + number), at=timezone.now())
    for key, number in (
        ("joining", 610000),
        ("joining_declined", 610001),
        ("joining_ready", 610002),
        ("joining_refused", 610003),
        ("joining_declining", 610004),
        ("joining_long", 620000),
    ):
        places[key] = reverse("joining_link", args=[joining_key(joining_of(number))])
    places["joining_waiting"], places["joining_no"] = joining_of(610005).pk, joining_of(610001).pk
    places["joining_long_no"] = joining_of(620000).pk
    residents = checked(csv_of(row(610020), row(610000)), admin, kind=ImportKind.RESIDENTS, at=timezone.now())
    places["import_residents"] = residents.number
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queue_name = %s", [QUEUE])


def _build_rekeys(kanagawa: Association, users: dict[str, User], places: dict[str, Any], long: Association) -> None:
    """ほかの人が申し出た復旧と、自分で申し出た、理由のとても長い復旧。"""
    admin = Staff.objects.get(user=users["prefecture"])
    clerk = Staff.objects.filter(association=kanagawa).exclude(user=users["prefecture"]).first()
    sea = new_district("14-098", "うみ町医師会", "ウミマチ", kanagawa, "14988", "うみ町")
    hill = new_district("14-097", "やま町医師会", "ヤママチ", kanagawa, "14987", "やま町")
    begin_delegation(hill, by=admin, at=timezone.now())
    for key, association, by, reason in (
        ("rekey", sea, clerk, "事務局の引っ越しで、管理者のアカウントが分からなくなった。電話で確かめた。"),
        ("long_rekey", long, admin, REASON[:1000]),
    ):
        made = request_rekey(association, address="shin@office.example", reason=reason, by=by, at=timezone.now())
        places[key] = made.pk


def _build_writers(world: World, midori: Association, aoba: Association, users: dict[str, User]) -> None:
    """申請先を選べる医師と、書きかけの医師。"""
    choosing = _ready(world, world.member("二島", "選", midori, aoba))
    users["choosing"] = choosing.user
    drafting = _ready(world, world.member("下田", "書子", midori))
    users["drafting"] = drafting.user
    day = timezone.localdate() - timedelta(days=2000)
    old = {f"from_on_{position}": [str(part)] for position, part in enumerate((day.year, day.month, day.day))}
    Draft.objects.create(
        owner=drafting.user,
        kind=queries.COMPLETION_DRAFT,
        step="activities",
        answers={
            "activities": {
                "lines": [
                    {"key": "half", "typed": {"place": ["みどり市"]}},
                    {"key": "old", "typed": {"activity": ["F102"], "place": ["みどり市"], "times": ["1"], **old}},
                ]
            }
        },
        begun_at=world.at,
        written_at=world.at,
    )
