import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mamis.associations.rules import Role
from mamis.doctors.models import Doctor
from mamis.mail.models import Message
from mamis.mail.outbox import post
from tests.mail.notes import NOON, Note, NoteFacts, SecretNote
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world: World) -> Client:
    return world.browser(world.clerk(world.district).user)


@pytest.fixture
def mypage(world: World, doctor: Doctor) -> Client:
    return world.browser(doctor.user)


def sent_to(doctor: Doctor, world: World, **facts: object) -> Message:
    note = NoteFacts(doctor_id=doctor.pk, responsible_association_id=world.district.pk, **facts)
    return post(Note(note), at=NOON)[0]


def office_url(name: str, message: Message | None = None, code: str = "14-021") -> str:
    return reverse(name, kwargs={"code": code} | ({"pk": message.pk} if message else {}))


def test_the_empty_histories_say_why_they_are_empty(office: Client, mypage: Client) -> None:
    Message.objects.all().delete()

    assert "まだメールはありません。" in office.get(office_url("office_messages")).content.decode()
    assert "まだメールをお送りしていません。" in mypage.get(reverse("mypage_messages")).content.decode()
    narrowed = mypage.get(reverse("mypage_messages"), {"state": "failed"}).content.decode()
    assert "この条件に合うメールはありません。" in narrowed


def test_the_lists_ask_the_database_as_often_for_three_mails_as_for_one(
    world: World, doctor: Doctor, office: Client, mypage: Client
) -> None:
    Message.objects.all().delete()
    asked = []
    for more in (1, 2):
        for _ in range(more):
            sent_to(doctor, world)
            sent_to(doctor, world, address="")
        for browser, url in ((office, office_url("office_messages")), (mypage, reverse("mypage_messages"))):
            browser.get(url)
            with CaptureQueriesContext(connection) as queries:
                browser.get(url)
            asked.append(len(queries))

    assert asked[:2] == asked[2:]


def test_a_secret_mail_is_a_line_without_subject_and_body(doctor: Doctor, mypage: Client) -> None:
    facts = NoteFacts(user_id=doctor.user_id, name="合言葉は花", text="合言葉は鳥")
    (message,) = post(SecretNote(facts), at=NOON)

    page = mypage.get(reverse("mypage_messages")).content.decode()
    opened = mypage.get(reverse("mypage_message", kwargs={"pk": message.pk}))

    assert ("試験の秘密のお知らせを、相手に知らせる" in page, "合言葉" in page, opened.status_code) == (
        True,
        False,
        404,
    )


def test_a_doctor_opens_only_own_mails(world: World, doctor: Doctor, mypage: Client) -> None:
    own, foreign = sent_to(doctor, world, text="先生への本文"), sent_to(world.doctor("佐藤", "次郎"), world)

    page = mypage.get(reverse("mypage_message", kwargs={"pk": own.pk})).content.decode()

    assert "先生への本文" in page
    assert mypage.get(reverse("mypage_message", kwargs={"pk": foreign.pk})).status_code == 404


def test_an_office_tells_a_doctor_without_address_on_paper_and_records_it(
    world: World, doctor: Doctor, office: Client
) -> None:
    message = sent_to(doctor, world, address="", text="紙で伝える本文")

    listed = office.get(office_url("office_messages")).content.decode()
    notice = office.get(office_url("office_message_notice", message)).content.decode()
    answer = office.post(office_url("office_message_told", message), follow=True)

    assert "メールが届いていない医師への連絡が 1&nbsp;件あります" in listed
    assert ("紙で伝える本文" in notice, "山田 太郎 先生" in notice) == (True, True)
    assert answer.redirect_chain == [(office_url("office_message", message), 302)]
    assert "紙・電話でお知らせしたことを記録しました。" in answer.content.decode()
    message.refresh_from_db()
    assert message.told_by == world.clerk(world.district).user


@pytest.mark.parametrize("name", ["office_message", "office_message_notice", "office_message_told"])
def test_another_office_finds_nothing(world: World, doctor: Doctor, name: str) -> None:
    message = sent_to(doctor, world, address="")
    other = world.browser(world.admin(world.other_district).user)
    act = other.post if name == "office_message_told" else other.get

    answers = [act(office_url(name, message, code)).status_code for code in ("14-021", "26-011")]

    message.refresh_from_db()
    assert (answers, message.told_at) == ([404, 404], None)


def test_a_delivered_mail_cannot_be_recorded_as_told(world: World, doctor: Doctor, office: Client) -> None:
    message = sent_to(doctor, world)

    assert office.post(office_url("office_message_told", message)).status_code == 404
    assert office.get(office_url("office_message_notice", message)).status_code == 404


def test_a_viewer_reads_but_does_not_record(world: World, doctor: Doctor) -> None:
    message = sent_to(doctor, world, address="")
    viewer = world.browser(world.appoint(world.district, Role.VIEWER, "閲覧 三郎").user)

    answers = (
        viewer.get(office_url("office_message", message)).status_code,
        viewer.post(office_url("office_message_told", message)).status_code,
    )

    assert answers == (200, 404)


@pytest.mark.parametrize("typed", ["\x00", "\ud800", "長" * 101, "%' OR 1=1"])
def test_what_is_typed_in_the_search_never_breaks_the_page(office: Client, typed: str) -> None:
    query = {"recipient": typed.encode("utf-8", "surrogatepass"), "state": "unknown", "page": "x"}

    assert office.get(office_url("office_messages"), query).status_code == 200
