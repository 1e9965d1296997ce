from datetime import date, timedelta

import pytest

from mamis.doctors.models import Doctor
from mamis.mail import queries
from mamis.mail.models import Message, MessageState
from mamis.mail.outbox import post
from mamis.mail.queries import Criteria
from tests.mail.notes import NOON, Note, NoteFacts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (Criteria(), ["先生あて", "昨日", "宛先なし"]),
        (Criteria(state=MessageState.NO_ADDRESS), ["宛先なし"]),
        (Criteria(since_on=date(2026, 6, 4)), ["先生あて", "宛先なし"]),
        (Criteria(recipient="YAMADA@"), ["先生あて", "昨日"]),
        (Criteria(recipient="やまだ"), ["先生あて"]),
        (Criteria(recipient="山田太郎"), ["先生あて"]),
        (Criteria(recipient="鈴木"), []),
    ],
)
def test_a_list_is_narrowed_and_ordered_newest_first(doctor: Doctor, criteria: Criteria, found: list[str]) -> None:
    post(Note(NoteFacts(name="宛先なし", address="")), at=NOON)
    post(Note(NoteFacts(name="昨日")), at=NOON - timedelta(hours=12, minutes=1))
    post(Note(NoteFacts(name="先生あて", doctor_id=doctor.pk)), at=NOON + timedelta(hours=1))

    messages = queries.newest(Message.objects.all(), criteria)

    assert sorted(message.subject.split()[0] for message in messages) == sorted(found)
    assert [message.created_at for message in messages] == sorted(
        (message.created_at for message in messages), reverse=True
    )


def test_an_address_is_in_doubt_until_something_arrives_there() -> None:
    failed, mended = (
        post(Note(NoteFacts(address=f"{name}@clinic.example")), at=NOON)[0] for name in ("failed", "mended")
    )
    Message.objects.update(state=MessageState.FAILED)
    post(Note(NoteFacts(address="mended@clinic.example")), at=NOON)
    later = NOON + timedelta(hours=1)
    Message.objects.filter(state=MessageState.QUEUED).update(state=MessageState.SENT, sent_at=later)

    assert list(queries.bounced(Message.objects.all())) == [failed]
    assert mended.recipient_address == "mended@clinic.example"
