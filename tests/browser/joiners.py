"""練習用の世界に足す、入会のときに尋ねる医師会と、答える医師たち: 書いていない人、書いた人、長い人、申請した人。"""

from typing import Any

from django.utils import timezone

from mamis.accounts.models import User
from mamis.associations import queries as association_queries
from mamis.associations.models import Association, JoinItem
from mamis.associations.operations import JoinItemFacts, add_join_item, correct_join_item
from mamis.associations.rules import CHOICE_LENGTH, EXPLANATION_LENGTH, ITEM_LABEL_LENGTH, MOST_CHOICES, ItemKind
from mamis.doctors.models import Doctor
from mamis.membership import queries
from mamis.membership.operations import Request, answer_to, submit_application
from mamis.wizard.models import Draft
from tests.membership.acts import attachment
from tests.world import World

LONG_LABEL = ("これまでのご経歴と、医師会の活動でご協力いただけることをお書きください" * 3)[:ITEM_LABEL_LENGTH]
LONG_WORDS = ("0123456789" * 6 + "とても長い説明" * 40)[:EXPLANATION_LENGTH]
PICKS = {
    "14-021": {"join_14-021": ["on"], "category_14-021": ["B"]},
    "14": {"join_14": ["on"], "category_14": ["B"]},
    "00": {"join_00": ["on"], "category_00": ["A2B"]},
}


def build(world: World, midori: Association, users: dict[str, User], places: dict[str, Any]) -> None:
    """神奈川県医師会と日本医師会と、とても長い名の医師会が尋ねる。"""
    resume = _ask(world, world.prefecture, ItemKind.FILE, "履歴書", explanation="写真を貼ったものをお願いします")
    duty = _ask(world, world.prefecture, ItemKind.YES_NO, "当直に協力できますか")
    choices = ["内科", "外科", "そのほか"]
    field = _ask(world, world.national, ItemKind.CHOICE, "主な診療科", choices=choices, required=False)
    _ask_long(world, places)
    picks = PICKS["14-021"] | PICKS["14"] | PICKS["00"]
    users["joining_asked"] = _writing(world, "14-021", picks, {}).user
    writer = _writing(world, "14-021", picks, {})
    users["joining_answered"] = writer.user
    held = attachment(world, writer, "履歴書の写真.jpg").token
    typed = {f"item_{resume.pk}_0": [held], f"item_{duty.pk}": ["はい"], f"item_{field.pk}": ["内科"]}
    Draft.objects.filter(owner=writer.user).update(answers=_answers("14-021", picks) | {"questions": typed})
    code = world.district.code
    long = {f"join_{code}": ["on"], f"category_{code}": ["B"]} | PICKS["14"] | PICKS["00"]
    answered = {f"item_{one.pk}": ["長" * 300] for one in world.district.join_items.filter(kind=ItemKind.LONG)}
    users["joining_long"] = _writing(world, code, long, answered).user
    joined = world.doctor("入田", "済子")
    users["answered"] = joined.user
    seats = {one.pk: one.categories.get(code="B").pk for one in (midori, world.prefecture)}
    answers = (answer_to(resume, file=attachment(world, joined, "履歴書の写真.jpg")), answer_to(duty, words="はい"))
    request = Request(after=seats, effective_on=timezone.localdate(), answers=answers)
    places["answered"] = submit_application(joined, request, at=timezone.now()).receipt_no


def _ask(
    world: World, association: Association, kind: ItemKind, label: str, *, required: bool = True, **facts: Any
) -> JoinItem:
    written = JoinItemFacts(label, facts.get("explanation", ""), facts.get("choices", []), required, is_used=True)
    return add_join_item(association, kind, written, by=world.clerk(association), at=timezone.now())


def _ask_long(world: World, places: dict[str, Any]) -> None:
    """すべての種類を、いっぱいの長さで尋ねる。一つは、直し、やめた。"""
    choices = [f"{number}{'選択肢' * CHOICE_LENGTH}"[:CHOICE_LENGTH] for number in range(MOST_CHOICES)]
    for kind in ItemKind:
        item = _ask(
            world,
            world.district,
            kind,
            LONG_LABEL,
            explanation=LONG_WORDS,
            choices=choices if kind == ItemKind.CHOICE else [],
        )
    facts = JoinItemFacts(LONG_LABEL, LONG_WORDS[::-1], [], is_required=True, is_used=False)
    seen = association_queries.newest_version(item).pgh_id
    correct_join_item(item, facts, seen=seen, by=world.clerk(world.district), at=timezone.now())
    places["long_item"] = item.pk


def _answers(code: str, picks: dict[str, list[str]]) -> dict[str, Any]:
    today = timezone.localdate()
    day = {f"effective_on_{part}": [str(value)] for part, value in enumerate((today.year, today.month, today.day))}
    searched = {"prefecture": ["14"], "district": [code]}
    return {"search": searched, "destination": picks, "day": day, "as_is": True}


def _writing(world: World, code: str, picks: dict[str, list[str]], questions: dict[str, list[str]]) -> Doctor:
    """お尋ねの頁まで書いた、会員でない医師。"""
    doctor = world.doctor("入田", "答子")
    Draft.objects.create(
        owner=doctor.user,
        kind=queries.DRAFT,
        subject="joining",
        step="questions",
        answers=_answers(code, picks) | ({"questions": questions} if questions else {}),
        begun_at=timezone.now(),
        written_at=timezone.now(),
    )
    return doctor
