"""送ったメールを、だれが見て、だれが「知らせた」と記録できるか。

医師や医師会の表はこの部屋より上にあるので、ここでは鍵の番号だけを受け取る。
"""

from django.db.models import Q, QuerySet

from mamis.mail.models import UNDELIVERED, Message


def owned_by(doctor_id: int, user_id: int | None) -> QuerySet[Message]:
    """医師の送信履歴：本人に宛てたもの。"""
    to_user = Q(recipient_user_id=user_id) if user_id is not None else Q()
    return Message.objects.filter(Q(recipient_doctor_id=doctor_id) | to_user)


def visible_to(association_id: int) -> QuerySet[Message]:
    """医師会の送信履歴：医師会に宛てたものと、受け持つ申請についてのもの。"""
    return Message.objects.filter(
        Q(recipient_association_id=association_id) | Q(responsible_association_id=association_id)
    ).select_related("recipient_doctor", "recipient_association", "told_by")


def readable(messages: QuerySet[Message]) -> QuerySet[Message]:
    """そのうち中身を開けるもの。再設定の案内などは、一覧の一行としてしか見えない。"""
    return messages.filter(is_secret=False)


def tellable_by(association_id: int) -> QuerySet[Message]:
    """紙か電話で知らせるべきもの：受け持つ申請について医師に宛て、届いていないもの。"""
    return readable(
        visible_to(association_id).filter(
            responsible_association_id=association_id, recipient_doctor__isnull=False, state__in=UNDELIVERED
        )
    )
