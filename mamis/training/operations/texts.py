"""差し戻しの文例を、書き、直し、並べ、消す。"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from mamis.associations.models import Association, Staff
from mamis.training import policy
from mamis.training.models import ReturnText
from mamis.training.rules import STARTER_TEXTS


class TitleTaken(Exception):
    """同じ題の文例が、すでにある。"""

    def __init__(self) -> None:
        super().__init__("同じ題の文例が、すでにあります。別の題にしてください。")


@transaction.atomic
def write_text(title: str, body: str, *, by: Staff, at: datetime) -> ReturnText:
    """文例を、終わりに一つ足す。同じ題があれば TitleTaken。"""
    texts = _locked_texts(by)
    if texts.filter(title=title).exists():
        raise TitleTaken
    last = texts.aggregate(last=Max("position"))["last"] or 0
    return ReturnText.objects.create(
        association_id=by.association_id,
        title=title,
        body=body,
        position=last + 1,
        written_by_id=by.user_id,
        written_at=at,
    )


@transaction.atomic
def rewrite_text(text: ReturnText, title: str, body: str, *, by: Staff, at: datetime) -> ReturnText:
    """文例を書き直す。前の文は変更の履歴に残る。"""
    if _locked_texts(by).filter(title=title).exclude(pk=text.pk).exists():
        raise TitleTaken
    text.title, text.body, text.written_by_id, text.written_at = title, body, by.user_id, at
    text.save()
    return text


@transaction.atomic
def move_text(text: ReturnText, *, earlier: bool, by: Staff) -> None:
    """文例を、一つ前か、一つあとにする。"""
    order = list(_locked_texts(by))
    here = order.index(text)
    there = here - 1 if earlier else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])


@transaction.atomic
def end_text(text: ReturnText, *, by: Staff, at: datetime) -> ReturnText:
    """文例を消す。差し戻しに書かれた文は変わらない。"""
    text.ended_at, text.written_by_id = at, by.user_id
    text.save()
    return text


@transaction.atomic
def take_starters(*, by: Staff, at: datetime) -> None:
    """はじめの文例を入れる。一つでもあれば、何もしない。"""
    if _locked_texts(by).exists():
        return
    for title, body in STARTER_TEXTS:
        write_text(title, body, by=by, at=at)


def _locked_texts(by: Staff) -> QuerySet[ReturnText]:
    """その医師会の文例。順と題の重なりを守るため、医師会の行を鍵で押さえる。"""
    Association.objects.select_for_update().only("pk").get(pk=by.association_id)
    return policy.return_texts_of(by)
