"""過去の修了の一行を、この医師会の記録と比べる。ほかの医師会の修了とは比べず、何も答えない。"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from mamis.japanese.calendar import plain_date
from mamis.members.models import ImportRow
from mamis.members.queries.comparing import Office, Plan, planned, refuse_doubles
from mamis.members.queries.credits import find_doctors
from mamis.training.models import Certificate, PastCompletion, Programme
from mamis.training.operations import PastCompletionEntry
from mamis.training.queries import completion_programme, rules_newest_first
from mamis.training.rules import Rule

NEEDED = (
    ("医籍登録番号", "number"),
    ("フリガナ", "kana"),
    ("生年月日", "birth_on"),
    ("修了日（承認日）", "completed_on"),
    ("根拠", "ground"),
)
COMPLETED, EXPIRES, CERTIFICATE_NO = "修了日（承認日）", "有効期限", "修了証番号"
UNDO_FIRST = "正しいほうがこの行なら、先に、前の取り込みを取り消してください。"

Key = tuple[int, date]


@dataclass(frozen=True)
class Records:
    """この行々に要る、この医師会のいまの記録。"""

    programme: Programme
    rules: list[tuple[date, date | None, Rule]]
    past: dict[Key, PastCompletion]
    issued: dict[Key, Certificate]

    def rule_on(self, day: date) -> Rule | None:
        """その日の規則。"""
        found = (rule for since, until, rule in self.rules if since <= day and (until is None or day < until))
        return next(found, None)


def plan_completions(office: Office, rows: Sequence[ImportRow]) -> list[Plan]:
    """行ごとに、何をするかを決める。"""
    plans = planned(
        office,
        rows,
        arrange=partial(_arrange, office),
        records=partial(_records, office),
        decide=partial(_decide, office),
    )
    refuse_doubles(office, plans, "同じ修了")
    return plans


def _arrange(office: Office, plan: Plan) -> None:
    values = plan.values
    read = {one.column for one in plan.problems}
    for label, name in NEEDED:
        if not values.get(name) and label not in read:
            plan.refuse(label, "", "空です。", "書き足してください。")
    plan.who = str(values.get("number", ""))
    completed = values.get("completed_on")
    if completed and completed > office.on:
        plan.refuse(COMPLETED, plain_date(completed), "まだ来ていない日です。", "修了日を確かめてください。")
    if not plan.problems:
        plan.key = f"{values['number']}|{values['completed_on'].isoformat()}"


def _records(office: Office, plans: Sequence[Plan]) -> Records:
    """番号から医師を見つけ、その医師の修了の記録を読む。"""
    find_doctors(office, plans)
    doctors = {plan.doctor.pk for plan in plans if plan.doctor}
    programme = completion_programme()
    own = {"doctor__in": doctors, "programme": programme}
    past = PastCompletion.objects.filter(association=office.association, undone_at=None, **own)
    issued = Certificate.objects.filter(issuer=office.association, voided_at=None, **own)
    return Records(
        programme=programme,
        rules=[(one.from_on, one.until_on, one.rule) for one in rules_newest_first(programme)],
        past={(one.doctor_id, one.completed_on): one for one in past},
        issued={(one.doctor_id, one.completed_on): one for one in issued},
    )


def _decide(office: Office, plan: Plan, records: Records) -> None:
    values = plan.values
    completed: date = values["completed_on"]
    rule = records.rule_on(completed)
    if rule is None:
        reason = "この研修の規則がない日です。"
        plan.refuse(COMPLETED, plain_date(completed), reason, "ほかの制度の修了でないか、修了日を確かめてください。")
        return
    key = (plan.doctor.pk if plan.doctor else 0, completed)
    if key in records.issued:
        if records.issued[key].revoked_at is not None:
            reason = "この日の修了は、このシステムで承認が取り消されています。"
            plan.refuse(COMPLETED, plain_date(completed), reason, "この行を消してください。")
        return
    expires: date = values.get("expires_on") or rule.expires_on(completed)
    if not completed < expires <= rule.expires_on(completed):
        last = plain_date(rule.expires_on(completed))
        fix = f"修了日より後で、{last}まででなければなりません。空にすれば、{last}になります。"
        plan.refuse(EXPIRES, plain_date(expires), "修了日に合わない有効期限です。", fix)
    elif key in records.past:
        _compare(plan, records.past[key])
    else:
        _write(office, plan, records.programme, expires)


def _compare(plan: Plan, held: PastCompletion) -> None:
    """前に取り込んだものと同じか。書かれていないところは比べない。"""
    expires, number = plan.values.get("expires_on"), plan.values.get("certificate_no")
    if expires and expires != held.expires_on:
        reason = f"取り込まれている有効期限（{plain_date(held.expires_on)}）と違います。"
        plan.refuse(EXPIRES, plain_date(expires), reason, UNDO_FIRST)
    elif number and number != held.number:
        reason = f"取り込まれている修了証番号（{held.number or 'なし'}）と違います。"
        plan.refuse(CERTIFICATE_NO, number, reason, UNDO_FIRST)


def _write(office: Office, plan: Plan, programme: Programme, expires: date) -> None:
    values = plan.values
    completed, number = values["completed_on"], values.get("certificate_no", "")
    ground = f"移行（{office.of_import.title}）{values['ground']}"[:200]
    plan.deeds["completion"] = PastCompletionEntry(programme.pk, completed, expires, number, ground)
    plan.is_new = True
    shown = f"{plain_date(completed)}修了　{plain_date(expires)}まで有効"
    plan.change("修了", "", f"{shown}　修了証番号 {number}" if number else shown)
