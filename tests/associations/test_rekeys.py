"""管理者の復旧：上の医師会の二人が、理由を残して、新しい管理者を招く。"""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from mamis.associations import operations, policy
from mamis.associations.models import Association, Invitation, Rekey, Staff
from mamis.associations.rules import Role

pytestmark = pytest.mark.django_db

ADDRESS = "shinjin@midori.example"
TYPED = {"address": ADDRESS, "reason": "会長から電話があり、折り返して確かめた。"}


def request(world, by=None):
    return operations.request_rekey(world.district, **TYPED, by=by or world.clerk(world.prefecture), at=world.at)


def codes(associations):
    return sorted(associations.values_list("code", flat=True))


def test_each_tier_rekeys_the_tier_right_below_it(world):
    assert codes(policy.rekeyable_by(world.clerk(world.prefecture))) == ["14-021"]
    assert codes(policy.rekeyable_by(world.clerk(world.district))) == []
    assert len(codes(policy.rekeyable_by(world.clerk(world.national)))) == 47
    viewer = world.appoint(world.prefecture, Role.VIEWER, "閲覧 五郎")
    assert codes(policy.rekeyable_by(viewer)) == []
    Association.objects.filter(pk=world.district.pk).update(closed_on=world.on)
    assert codes(policy.rekeyable_by(world.clerk(world.prefecture))) == []


def test_what_is_confirmed_or_declined_waits_for_nobody(world):
    admin = world.admin(world.prefecture)
    operations.decline_rekey(request(world), by=world.clerk(world.prefecture), at=world.at)
    assert not policy.rekeys_confirmable_by(admin).exists()

    operations.confirm_rekey(request(world), by=admin, at=world.at)
    assert not policy.rekeys_declinable_by(admin).exists()


@pytest.mark.parametrize(
    ("role", "confirms", "declines"), [(Role.VIEWER, 0, 0), (Role.CLERK, 0, 1), (Role.ADMIN, 1, 1)]
)
def test_a_second_administrator_confirms_and_a_clerk_may_decline(world, role, confirms, declines):
    rekey = request(world)
    person, stranger = world.appoint(world.prefecture, role, "県田 一"), world.appoint(world.national, role, "日田 一")

    assert policy.rekeys_confirmable_by(person).count() == confirms
    assert policy.rekeys_declinable_by(person).count() == declines
    assert list(policy.rekeys_visible_to(person)) == [rekey]
    assert [
        see(stranger).count()
        for see in (policy.rekeys_visible_to, policy.rekeys_confirmable_by, policy.rekeys_declinable_by)
    ] == [0, 0, 0]


def test_the_one_who_asked_never_confirms(world):
    admin = world.admin(world.prefecture)
    rekey = request(world, by=admin)

    assert not policy.rekeys_confirmable_by(admin).exists()
    with pytest.raises(operations.NotASecondPerson):
        operations.confirm_rekey(rekey, by=admin, at=world.at)
    with pytest.raises(IntegrityError, match="rekey_confirmed_by_a_second_person"), transaction.atomic():
        Rekey.objects.update(confirmed_by=admin.user, confirmed_at=world.at)


def test_the_second_person_invites_and_everybody_concerned_is_told(world, posted):
    rekey = request(world)
    assert posted() == []

    operations.confirm_rekey(rekey, by=world.admin(world.prefecture), at=world.at)

    assert posted() == [
        ("StaffInvited", ADDRESS),
        ("AssociationRekeyed", "kenshu-14-021@office.example"),
        ("AssociationRekeyed", "kaiin-14-021@office.example"),
        ("AssociationRekeyed", world.admin(world.district).user.email),
        ("AssociationRekeyed", world.clerk(world.district).user.email),
    ]
    invitation = Invitation.objects.get()
    assert (invitation.association, invitation.role, invitation.invited_by) == (
        world.district,
        Role.ADMIN,
        world.admin(world.prefecture),
    )
    assert not policy.rekeys_confirmable_by(world.admin(world.prefecture)).exists()
    with pytest.raises(operations.RekeyDone):
        operations.confirm_rekey(rekey, by=world.admin(world.prefecture), at=world.at)


def test_the_invited_person_becomes_administrator_and_those_who_serve_stay(world):
    operations.confirm_rekey(request(world), by=world.admin(world.prefecture), at=world.at)
    key = operations.invitation_key(Invitation.objects.get())

    operations.join_by_invitation(key, name="新田 新", password="kumori-nochi-ame-ashita", at=world.at)

    assert [(one.user.name, one.role_label) for one in policy.colleagues(world.district)] == [
        ("新田 新", "管理者"),
        ("管理 花子", "管理者"),
        ("一般 次郎", "一般"),
    ]


def test_a_clerk_who_serves_is_raised_and_an_invitation_in_the_way_gives_way(world):
    clerk = world.clerk(world.district)
    operations.invite("before@midori.example", Role.VIEWER, by=world.admin(world.district), at=world.at)
    Invitation.objects.update(address=clerk.user.email)
    rekey = request(world)
    Rekey.objects.update(address=clerk.user.email)

    operations.confirm_rekey(rekey, by=world.admin(world.prefecture), at=world.at)

    (open_one,) = Invitation.objects.filter(cancelled_at=None)
    operations.accept_invitation(operations.invitation_key(open_one), by=clerk.user, at=world.at)
    clerk.refresh_from_db()
    assert clerk.role == Role.ADMIN


def test_an_administrator_of_the_association_sees_and_cancels_the_invitation(world):
    operations.confirm_rekey(request(world), by=world.admin(world.prefecture), at=world.at)
    client = world.browser(world.admin(world.district).user)

    page = client.get(reverse("office_staff", args=["14-021"])).content.decode()
    client.post(reverse("office_invitation_cancellation", args=["14-021", Invitation.objects.get().pk]))

    assert "（神奈川県医師会）" in page
    assert not Invitation.objects.get().is_open


def test_only_one_is_asked_for_at_a_time_and_a_declined_one_makes_room(world):
    rekey = request(world)
    with pytest.raises(operations.AlreadyRequested):
        request(world)

    operations.decline_rekey(rekey, by=world.clerk(world.prefecture), at=world.at)

    with pytest.raises(operations.RekeyDone):
        operations.decline_rekey(rekey, by=world.clerk(world.prefecture), at=world.at)
    assert request(world).is_waiting
    assert [one.state_label for one in policy.rekeys_visible_to(world.clerk(world.prefecture))] == [
        "確認待ち",
        "取下げ",
    ]


def test_one_whose_service_ended_neither_asks_nor_confirms(world):
    rekey = request(world)
    Staff.objects.filter(association=world.prefecture).update(ended_at=world.at)

    with pytest.raises(policy.NotServing):
        operations.confirm_rekey(rekey, by=world.admin(world.prefecture), at=world.at)
    operations_by = world.clerk(world.prefecture)
    with pytest.raises(policy.NotServing):
        operations.decline_rekey(rekey, by=operations_by, at=world.at)


def test_every_step_is_kept_with_who_did_it(world):
    rekey = request(world)
    operations.confirm_rekey(rekey, by=world.admin(world.prefecture), at=world.at)

    kept = [event.pgh_context.metadata["user_name"] for event in rekey.events.order_by("pgh_id")]
    assert kept == ["一般 次郎", "管理 花子"]


def test_where_no_address_is_known_only_the_new_person_is_written_to(world, posted):
    Staff.objects.filter(association=world.district).update(ended_at=world.at)
    world.district.inquiry_address = world.district.member_address = ""
    world.district.save()

    operations.confirm_rekey(request(world), by=world.admin(world.prefecture), at=world.at)

    assert posted() == [("StaffInvited", ADDRESS)]


# 画面


def test_two_people_rekey_on_their_pages(world):
    clerk = world.browser(world.clerk(world.prefecture).user)
    admin = world.browser(world.admin(world.prefecture).user)

    asked = clerk.post(reverse("office_rekey_new", args=["14", "14-021"]), TYPED)
    twice = clerk.post(reverse("office_rekey_new", args=["14", "14-021"]), TYPED)
    pk = Rekey.objects.get().pk
    waits, offered = (one.get(asked.url).content.decode() for one in (clerk, admin))
    confirmed = admin.post(reverse("office_rekey_confirmation", args=["14", pk]), follow=True).content.decode()

    assert asked.url == reverse("office_rekey", args=["14", pk])
    assert "すでに申し出られています" in twice.content.decode()
    assert ("確認を待っています" in waits, "確認して招待のメールを送る" in waits) == (True, False)
    assert ("確認して招待のメールを送る" in offered, "確認済" in confirmed) == (True, True)


def test_a_request_may_be_taken_back_on_its_page(world):
    rekey = request(world)
    clerk = world.browser(world.clerk(world.prefecture).user)

    page = clerk.post(reverse("office_rekey_withdrawal", args=["14", rekey.pk]), follow=True).content.decode()

    assert ("取り下げた人" in page, "申し出を取り下げる</button>" in page) == (True, False)


@pytest.mark.parametrize("number", [1, 3])
def test_the_record_asks_as_often_for_three_as_for_one(world, number, django_assert_num_queries):
    for _ in range(number):
        operations.decline_rekey(request(world), by=world.clerk(world.prefecture), at=world.at)
    client = world.browser(world.clerk(world.prefecture).user)

    with django_assert_num_queries(16):
        page = client.get(reverse("office_rekeys", args=["14"])).content.decode()

    assert page.count('scope="row"') == number
