"""練習用の世界に足す、届出をする医師たち: 何もない人、書きかけの人、あらゆる状態の届出を出した人。"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from mamis.accounts.models import User
from mamis.associations.models import Association
from mamis.doctors.models import Doctor, Facility
from mamis.doctors.operations import FacilityFacts, begin_work, register_facility
from mamis.membership import queries
from mamis.membership.models import Application, Step
from mamis.membership.operations import (
    Decision,
    Request,
    WorkWanted,
    approve_step,
    ask_about_step,
    call_off,
    change_contact,
    reject_step,
    return_step,
    submit_application,
    withdraw_application,
)
from mamis.membership.rules import APPROVED_FACTS, CONTACT_FACTS, Reason
from mamis.wizard.models import Draft
from tests.membership.acts import evidence, submit_change
from tests.world import World

LONG = "0123456789" * 6
ASKED = (f"異動日と、新しい勤務先の名称が、添えられた書類と違います。{LONG}\n" * 30)[:2000]
LONG_PLACE = ("とても長い名の施設" * 14)[:120]
NOTE = (f"よろしくお願いいたします。{LONG}\n" * 14)[:1000]
WHOLE = {"reasons": ["facility", "category", "transfer"]}
MANY = 30


def build(
    world: World, midori: Association, long_person: Doctor, users: dict[str, User], places: dict[str, Any]
) -> None:
    """届出をする医師たちを、ふだんの操作で作る。"""
    facilities = [register_facility(FacilityFacts(f"候補第 {number} 診療所", "14")) for number in range(MANY)]
    mover = _mover(world, midori, "動田", facilities[0])
    users["mover"] = mover.user
    _begin(world, midori, facilities[0], users)
    _write(world, midori, facilities[0], users)
    places["move"] = _apply(world, _mover(world, midori, "届田", facilities[0]), midori, users, "moved").receipt_no
    _in_every_state(world, midori, facilities[0], users, places)
    _long(world, long_person, users, places)
    _change_register(world, midori, long_person, users, places)


def _mover(world: World, midori: Association, family: str, facility: Facility) -> Doctor:
    """三つの層の会員で、勤務先のある医師。"""
    doctor = world.member(family, "動子", midori, world.prefecture, world.national)
    begin_work(doctor, facility, on=date(2015, 4, 1))
    return doctor


def _begin(world: World, midori: Association, facility: Facility, users: dict[str, User]) -> None:
    """事由だけを選んだ医師と、会員でない医師と、退会と入会を書きはじめた医師。"""
    for key, subject, answers in (
        ("choosing_all", "moving", {"reason": WHOLE | _day(30)}),
        ("leaver", "leaving", {}),
        ("joiner_again", "joining", {}),
    ):
        doctor = _mover(world, midori, "始田", facility)
        _draft(world, doctor, subject, answers)
        users[key] = doctor.user
    users["joiner"] = world.doctor("入田", "望").user


def _write(world: World, midori: Association, facility: Facility, users: dict[str, User]) -> None:
    """すべての段階を書いた医師たち：何もかも変わる人、施設だけの人、退会の人、入会の人、新しい施設を書いた人。"""
    searched = {"prefecture": ["26"], "district": [""]}
    whole: dict[str, Any] = {
        "reason": WHOLE | _day(30),
        "grounds": {
            "category_causes": ["opening"],
            "transfer_causes": ["transferred"],
            "leave_14-021": ["on"],
            "change_00": ["on"],
            "category_00": ["B"],
        },
        "search": searched,
        "destination": {
            "join_26-011": ["on"],
            "category_26-011": ["A"],
            "join_26": ["on"],
            "category_26": ["A"],
            "join_00": ["on"],
            "category_00": ["B"],
        },
        "details": {
            "postcode": ["600-8001"],
            "home_prefecture": ["26"],
            "address": ["さくら市桜通1-1"],
            "telephone": [""],
        },
        "workplace": {
            "words": ["候補"],
            "facility": [str(facility.pk)],
            "unlisted": [""],
            "unlisted_prefecture": [""],
        },
        "duties": {"duty": ["clinic-opener"], "note": ["よろしくお願いいたします。"]},
    }
    leaving = {"leaving": {"scope": ["all"], "causes": ["retired"], "note": ["お世話になりました。"], **_day(30)}}
    nowhere = whole["workplace"] | {"words": ["ありえない名前"], "facility": [""]}
    for key, subject, answers in (
        ("writer", "moving", whole),
        ("unlisted_writer", "moving", whole | {"reason": {"reasons": ["facility"]} | _day(30), "workplace": nowhere}),
        ("as_is_writer", "moving", whole | {"as_is": True}),
        ("leaving_writer", "leaving", leaving),
    ):
        doctor = _mover(world, midori, "書田", facility)
        _draft(world, doctor, subject, answers)
        users[key] = doctor.user
    joiner = world.doctor("入田", "書子")
    picks = {"join_14-021": ["on"], "category_14-021": ["B"]}
    _draft(world, joiner, "joining", {"search": {"prefecture": ["14"], "district": ["14-021"]}, "destination": picks})
    users["joining_writer"] = joiner.user
    far = {"join_14-099": ["on"], "category_14-099": [""], "join_14": ["on"], "category_14": ["A"]}
    joiner = world.doctor("入田", "二県")
    _draft(world, joiner, "joining", {"search": searched, "destination": picks | far})
    users["joining_two"] = joiner.user
    member = world.member("入田", "上子", midori)
    _draft(world, member, "joining", {"search": {"prefecture": ["14"], "district": ["14-021"]}})
    users["joining_upper"] = member.user


def _in_every_state(
    world: World, midori: Association, facility: Facility, users: dict[str, User], places: dict[str, Any]
) -> None:
    """差し戻し、お尋ね、却下、取下げ、完了、取りやめ中の届出。"""
    at = world.at + timedelta(hours=1)
    made: dict[str, Application] = {}
    for key in (
        "move_returned",
        "move_held",
        "move_rejected",
        "move_withdrawn",
        "move_finished",
        "move_off",
        "move_back",
    ):
        doctor = _mover(world, midori, "届田", facility)
        made[key] = _apply(world, doctor, midori, users, key)
        places[key] = made[key].receipt_no
    step, clerk = _step(made["move_returned"], midori), world.clerk(midori)
    remarks = {"effective_on": "保健所への届出は、四月一日です。", "note": ""}
    reason = "異動日をご確認ください。"
    return_step(step, reason=reason, remarks=remarks, seen=queries.fingerprint(step), by=clerk, at=at)
    step = _step(made["move_held"], midori)
    ask_about_step(
        step, question="新しい勤務先の電話番号を教えてください。", seen=queries.fingerprint(step), by=clerk, at=at
    )
    step = _step(made["move_rejected"], midori)
    reject_step(step, reason="会員区分の要件にあいません。", seen=queries.fingerprint(step), by=clerk, at=at)
    withdraw_application(made["move_withdrawn"], at=at)
    for key in ("move_finished", "move_off", "move_back"):
        step = _step(made[key], midori)
        approve_step(step, Decision(timezone.localdate(at)), seen=queries.fingerprint(step), by=clerk, at=at)
    off = call_off(made["move_off"], note="開業が延びました。", at=at + timedelta(hours=1))
    places["move_off_application"] = off.receipt_no
    back = call_off(made["move_back"], note="開業が延びました。", at=at + timedelta(hours=1))
    places["move_back_application"] = back.receipt_no
    step = _step(back, midori)
    return_step(step, reason="いつまで延びたかもお書きください。", seen=queries.fingerprint(step), by=clerk, at=at)


def _apply(world: World, doctor: Doctor, midori: Association, users: dict[str, User], key: str) -> Application:
    """会員区分の変更と施設の異動を届け出る。"""
    users[key] = doctor.user
    before = queries.seats_of(doctor, timezone.localdate())
    asked = Request(
        after=before | {midori.pk: midori.categories.exclude(pk=before[midori.pk]).earliest("pk").pk},
        effective_on=timezone.localdate() + timedelta(days=30),
        reasons=(Reason.CATEGORY, Reason.FACILITY),
        causes=("opening",),
        work=WorkWanted(unlisted_name="架空動田医院", prefecture_code="14", duty="clinic-opener"),
        facts={"telephone": "045-000-0111"},
        note="よろしくお願いいたします。",
    )
    return submit_application(doctor, asked, at=world.at)


def _step(application: Application, association: Association) -> Step:
    return Step.objects.select_related("application__doctor", "association", "category").get(
        application=application, association=association
    )


def _long(world: World, doctor: Doctor, users: dict[str, User], places: dict[str, Any]) -> None:
    """名も、医師会の名も、理由も、とても長い届出。届出の数も多い。"""
    for association in (world.prefecture, world.national):
        world.join(doctor, association)
    before = queries.seats_of(doctor, timezone.localdate())
    users["long_mover"] = doctor.user
    asked = Request(
        after=before,
        effective_on=timezone.localdate(),
        reasons=tuple(Reason),
        work=WorkWanted(unlisted_name=LONG_PLACE, prefecture_code="14", duty="clinic-opener"),
        facts={"address": (LONG * 4)[:200]},
        note=NOTE,
        delegates=(LONG * 3)[:200],
    )
    for number in range(MANY):
        application = submit_application(doctor, asked, at=world.at + timedelta(minutes=number))
        withdraw_application(application, at=world.at + timedelta(minutes=number, seconds=30))
    application = submit_application(doctor, asked, at=world.at + timedelta(hours=1))
    places["long_move"] = application.receipt_no
    step = _step(application, world.district)
    by, at = world.clerk(world.district), world.at + timedelta(hours=2)
    fellow = world.member("届田", "長子", world.district, world.prefecture, world.national)
    users["long_returned_mover"] = fellow.user
    seats = queries.seats_of(fellow, timezone.localdate())
    returned = submit_application(fellow, replace(asked, after=seats), at=world.at + timedelta(hours=1))
    places["long_returned_move"] = returned.receipt_no
    back = _step(returned, world.district)
    remarks = {item.name: ASKED[:300] for item in queries.items_of(back, returned.sheet)}
    return_step(back, reason=ASKED, remarks=remarks, seen=queries.fingerprint(back), by=by, at=at)
    ask_about_step(step, question=ASKED, seen=queries.fingerprint(step), by=by, at=at)
    _draft(
        world,
        doctor,
        "moving",
        {
            "reason": {"reasons": ["facility"]} | _day(0),
            "workplace": {"words": [LONG], "facility": [""], "unlisted": [LONG_PLACE], "unlisted_prefecture": ["14"]},
            "duties": {"duty": ["clinic-opener"], "note": [NOTE]},
            "delegates": [LONG],
        },
    )


def _draft(world: World, doctor: Doctor, subject: str, answers: dict[str, Any]) -> None:
    Draft.objects.create(
        owner=doctor.user,
        kind=queries.DRAFT,
        subject=subject,
        step="",
        answers=answers,
        begun_at=world.at,
        written_at=world.at,
    )


def _day(ahead: int) -> dict[str, list[str]]:
    """打たれた異動日。"""
    return _dated("effective_on", timezone.localdate() + timedelta(days=ahead))


def _dated(name: str, day: date) -> dict[str, list[str]]:
    """打たれた日。"""
    return {f"{name}_{position}": [str(part)] for position, part in enumerate((day.year, day.month, day.day))}


def _change_register(
    world: World, midori: Association, long_person: Doctor, users: dict[str, User], places: dict[str, Any]
) -> None:
    """会員情報の変更を出した医師、差し戻された医師、書きかけの医師、連絡先を変えた医師。"""
    made = {}
    for key in ("profile", "profile_returned"):
        doctor = world.member("姓田", "改子", midori, world.prefecture, world.national)
        users[key] = doctor.user
        made[key] = submit_change(world, doctor)
        places[key] = made[key].receipt_no
    step = _step(made["profile_returned"], midori)
    at = world.at + timedelta(hours=1)
    reason = "氏名の字が、添えられた書類と違います。"
    remarks = {"family_name": "戸籍抄本は「樹村」です。", "evidence": ""}
    return_step(step, reason=reason, remarks=remarks, seen=queries.fingerprint(step), by=world.clerk(midori), at=at)
    users["identity_writer"] = _identity_writer(world, midori).user
    changed = world.member("住田", "移子", midori)
    users["contact_changed"] = changed.user
    for doctor, address in ((changed, "緑町9-9"), (long_person, (LONG_PLACE * 2)[:200])):
        facts = {"postcode": "220-0011", "home_prefecture_id": "14", "address": address, "telephone": "045-000-0111"}
        change_contact(doctor, facts, seen=queries.register_seen(doctor, CONTACT_FACTS), at=world.at)


def _identity_writer(world: World, midori: Association) -> Doctor:
    """姓の変わるところまで書いた医師。"""
    doctor = world.member("書田", "姓子", midori)
    answer = {
        "family_name": ["木村"],
        "given_name": [doctor.given_name],
        "family_kana": ["キムラ"],
        "given_kana": [doctor.given_kana],
        "number": [doctor.licences.get(ended_on=None).number],
        "evidence_0": [evidence(world, doctor).token],
        "note": [NOTE],
        **_dated("birth_on", doctor.birth_on),
        **_dated("registered_on", date(2005, 5, 10)),
    }
    Draft.objects.create(
        owner=doctor.user,
        kind=queries.PROFILE_DRAFT,
        step="check",
        answers={"identity": answer, "seen": queries.register_seen(doctor, APPROVED_FACTS)},
        begun_at=timezone.now(),
        written_at=timezone.now(),
    )
    return doctor
