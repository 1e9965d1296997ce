"""届出の試験が使う、人のすること。"""

from datetime import date

from mamis.associations.models import Association, Staff
from mamis.doctors.models import Doctor
from mamis.files.checking import Clean, Drawn
from mamis.files.models import StoredFile
from mamis.files.operations import receive, settle_check
from mamis.membership import queries
from mamis.membership.models import Application, Step
from mamis.membership.operations import (
    Decision,
    Request,
    WorkWanted,
    approve_step,
    submit_application,
    submit_profile,
)
from mamis.membership.rules import APPROVED_FACTS, Reason
from tests.files.samples import jpeg, upload
from tests.world import TODAY, World


def request(wanted: dict[Association, str], on: date, work: str = "", reasons: tuple[Reason, ...] = ()) -> Request:
    """望む在籍（医師会 → 会員区分の字）の届出。"""
    after = {association.pk: association.categories.get(code=code).pk for association, code in wanted.items()}
    return Request(
        after=after,
        effective_on=on,
        reasons=reasons,
        work=WorkWanted(unlisted_name=work, prefecture_code="14", duty="clinic-staff") if work else None,
    )


def submit(
    world: World, doctor: Doctor, wanted: dict[Association, str] | None, on: date, work: str = ""
) -> Application:
    """届け出る。`wanted` が None なら、在籍は変わらない。"""
    asked = request(wanted or {}, on, work)
    if wanted is None:
        asked = Request(after=queries.seats_of(doctor, TODAY), effective_on=on, work=asked.work)
    return submit_application(doctor, asked, at=world.at)


def evidence(world: World, by: Doctor | Staff) -> StoredFile:
    """医師か担当者が送り、確かめ終えた、証明する書類の写し。"""
    return _copied(world, by, "戸籍抄本.jpg", "membership.evidence")


def attachment(world: World, doctor: Doctor, name: str = "履歴書.jpg") -> StoredFile:
    """医師が送り、確かめ終えた、入会のときの添付。"""
    return _copied(world, doctor, name, "membership.attachment")


def _copied(world: World, by: Doctor | Staff, name: str, purpose: str) -> StoredFile:
    file = receive(upload(jpeg(), name), purpose=purpose, by_user_id=by.user_id, at=world.at)
    return settle_check(file, Clean((Drawn(300, 200, jpeg()),)), at=world.at)


def profile_request(world: World, doctor: Doctor, **facts: str) -> Request:
    """会員情報の変更。姓が変わる。"""
    changed = facts or {"family_name": "木村", "family_kana": "キムラ"}
    return Request(after={}, effective_on=TODAY, facts=changed, evidence_id=evidence(world, doctor).pk)


def submit_change(world: World, doctor: Doctor, **facts: str) -> Application:
    """会員情報の変更を申請する。"""
    seen = queries.register_seen(doctor, APPROVED_FACTS)
    return submit_profile(doctor, profile_request(world, doctor, **facts), seen=seen, at=world.at)


def step_at(application: Application, association: Association) -> Step:
    """その医師会の段を、いま読んだもの。"""
    return Step.objects.select_related("application__doctor", "association", "category").get(
        application=application, association=association
    )


def approve(world: World, application: Application, *associations: Association) -> None:
    """それぞれの医師会が、順に承認または確認する。"""
    for association in associations:
        step = step_at(application, association)
        approve_step(step, Decision(TODAY), seen=queries.fingerprint(step), by=world.clerk(association), at=world.at)


def states(application: Application) -> list[tuple[str, str, str]]:
    """段のいま：医師会、すること、状態。"""
    steps = application.steps.select_related("association").order_by("position")
    return [(one.association.name, one.task_label, one.state_label) for one in steps]


def seats_on(doctor: Doctor, on: date) -> dict[str, str]:
    """その日の在籍：医師会コードから会員区分の字へ。"""
    return {seat.membership.association.code: seat.category.code for seat in queries.seats(doctor, on)}
