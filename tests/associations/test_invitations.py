"""担当者の招待：だれが招き、リンクがいつまで効き、だれが承諾できるか。"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mamis.accounts.models import User
from mamis.accounts.operations import NameTaken, create_user, deactivate_user
from mamis.associations import operations, policy
from mamis.associations.models import Invitation, Staff
from mamis.associations.rules import INVITATION_LIVES, INVITATIONS_AN_HOUR, Role
from mamis.mail.models import Message
from tests.world import PASSWORD, agree_to_all

pytestmark = pytest.mark.django_db

ADDRESS = "shinjin@midori.example"
NEW_PASSWORD = "kumori-nochi-ame-ashita"
TYPED = {"name": "新田 新", "new_password": NEW_PASSWORD, "again": NEW_PASSWORD}


def invite(world, address=ADDRESS, role=Role.CLERK, at=None):
    return operations.invite(address, role, by=world.admin(world.district), at=at or world.at)


def now_invite(world, **facts):
    return invite(world, at=timezone.now(), **facts)


def key_of(invitation):
    return operations.invitation_key(Invitation.objects.get(pk=invitation.pk))


def opened(invitation, client=None):
    """メールのリンクを開いたところ。"""
    client = client or Client()
    client.get(reverse("invitation_link", args=[key_of(invitation)]))
    return client


def is_dead(key, at):
    try:
        operations.opened_invitation(key, at=at)
    except operations.InvitationDead:
        return True
    return False


# 招く


def test_the_invited_address_gets_the_one_link(world, posted):
    invitation = invite(world, "Ｓhinjin＠midori.example")

    message = Message.objects.get(mail="StaffInvited")
    assert posted() == [("StaffInvited", ADDRESS)]
    assert f"/invitation/{key_of(invitation)}/" in message.body
    assert (message.is_secret, message.responsible_association) == (True, world.district)


def test_an_administrator_invites_and_nobody_else(world):
    for role in (Role.CLERK, Role.VIEWER):
        with pytest.raises(policy.NotServing):
            operations.invite(ADDRESS, role, by=world.appoint(world.district, role, "担当"), at=world.at)

    assert not Invitation.objects.exists()


def test_a_colleague_and_one_already_invited_are_not_invited_again(world):
    invite(world)

    with pytest.raises(operations.AlreadyInvited):
        invite(world)
    with pytest.raises(operations.AlreadyServing):
        invite(world, world.clerk(world.district).user.email)


def test_a_person_of_another_office_is_invited_like_a_stranger(world, posted):
    invite(world, world.clerk(world.other_district).user.email)

    assert posted() == [("StaffInvited", world.clerk(world.other_district).user.email)]


def test_the_mails_of_one_hour_have_an_end(world):
    for number in range(INVITATIONS_AN_HOUR):
        invite(world, f"new-{number}@midori.example")

    with pytest.raises(operations.TooManyInvitations):
        invite(world)

    assert invite(world, at=world.at + timedelta(hours=1)).address == ADDRESS


# リンク


def test_the_link_lives_seventy_two_hours(world):
    key = key_of(invite(world))

    assert [is_dead(key, world.at + lived) for lived in (-timedelta(seconds=1), INVITATION_LIVES)] == [True, True]
    assert not is_dead(key, world.at + INVITATION_LIVES - timedelta(seconds=1))


@pytest.mark.parametrize("key", ["", "-", "zz", "0-", "あ-0", "zzzzzzzzzzzz-0", "zzzzzzzzzzzzz-0", "1-" + "0" * 64])
def test_a_link_that_was_never_made_is_dead(world, key):
    assert is_dead(key, world.at)


@pytest.mark.parametrize(
    "change",
    [{"role": Role.ADMIN}, {"address": "other@midori.example"}, {"association": "other_district"}],
)
def test_the_link_is_bound_to_the_association_the_role_and_the_address(world, change):
    invitation = invite(world)
    key = key_of(invitation)
    values = {name: getattr(world, value) if name == "association" else value for name, value in change.items()}

    Invitation.objects.filter(pk=invitation.pk).update(**values)

    assert is_dead(key, world.at)


def test_sending_again_kills_the_former_link_and_counts_the_hours_anew(world, posted):
    invitation = invite(world)
    former, later = key_of(invitation), world.at + timedelta(hours=80)
    posted()

    operations.resend_invitation(invitation, by=world.admin(world.district), at=later)

    assert (is_dead(former, later), is_dead(key_of(invitation), later)) == (True, False)
    assert posted() == [("StaffInvited", ADDRESS)]


def test_a_cancelled_link_is_dead_and_the_address_may_be_invited_again(world):
    invitation = invite(world)

    operations.cancel_invitation(invitation, by=world.admin(world.district), at=world.at)

    assert is_dead(key_of(invitation), world.at)
    with pytest.raises(operations.InvitationDead):
        operations.cancel_invitation(invitation, by=world.admin(world.district), at=world.at)
    assert not is_dead(key_of(invite(world)), world.at)


@pytest.mark.parametrize("change", [{"ended_at": True}, {"role": Role.CLERK}])
def test_the_invitation_of_one_who_may_no_longer_invite_is_dead(world, change):
    invitation = invite(world)
    values = {name: world.at if value is True else value for name, value in change.items()}

    Staff.objects.filter(pk=world.admin(world.district).pk).update(**values)

    assert is_dead(key_of(invitation), world.at)


# 承諾する


def test_a_new_person_becomes_user_and_staff_once(world, posted):
    key = key_of(invite(world, role=Role.ADMIN))
    posted()

    staff = operations.join_by_invitation(key, name="新田 新", password=NEW_PASSWORD, at=world.at)

    assert (staff.user.email, staff.user.name, staff.association, staff.role_label) == (
        ADDRESS,
        "新田 新",
        world.district,
        "管理者",
    )
    assert posted() == [
        ("AdministratorGranted", world.admin(world.district).user.email),
        ("AdministratorGranted", "kaiin-14-021@office.example"),
    ]
    with pytest.raises(operations.InvitationDead):
        operations.accept_invitation(key, by=staff.user, at=world.at)


def test_an_existing_person_accepts_and_nobody_in_their_place(world):
    person = world.clerk(world.other_district)
    key = key_of(invite(world, person.user.email))

    with pytest.raises(operations.InvitationDead):
        operations.accept_invitation(key, by=world.clerk(world.district).user, at=world.at)

    staff = operations.accept_invitation(key, by=person.user, at=world.at)
    assert [one.association.code for one in policy.serving(person.user)] == ["14-021", "26-011"]
    assert Invitation.objects.get().accepted_as == staff


def test_one_whose_account_was_stopped_cannot_accept(world):
    user = create_user(email=ADDRESS, name="停止 四郎", at=world.at)
    invitation = invite(world)
    deactivate_user(user)

    with pytest.raises(operations.InvitationDead):
        operations.invitee_of(invitation)


# 画面


def test_a_new_person_sets_name_and_password_and_then_signs_in(world):
    client = opened(now_invite(world))

    refused = client.post(reverse("invitation"), TYPED | {"again": "chigau-mono-desu-yo"})
    joined = client.post(reverse("invitation"), TYPED)

    assert ("上の欄と同じパスワード" in refused.content.decode(), joined.status_code) == (True, 302)
    assert joined.url == "/sign-in/?next=/office/14-021/"
    agree_to_all(User.objects.get(email=ADDRESS))
    signed_in = client.post("/sign-in/", {"sign_in_name": ADDRESS, "password": NEW_PASSWORD, "next": "/office/14-021/"})
    assert client.get(signed_in.url).status_code == 200


def test_the_name_may_not_stand_in_the_password(world):
    client = opened(now_invite(world))
    password = "新田と申しますよろしくお願いします"

    page = client.post(reverse("invitation"), {"name": "新田 新", "new_password": password, "again": password})

    assert "氏名やメールアドレス" in page.content.decode()
    assert not User.objects.filter(email=ADDRESS).exists()


def test_an_existing_person_signs_in_first_and_then_accepts(world):
    person = world.clerk(world.other_district).user
    client = opened(now_invite(world, address=person.email))

    asked = client.get(reverse("invitation")).content.decode()
    unsigned = client.post(reverse("invitation"))
    client.post("/sign-in/", {"sign_in_name": person.email, "password": PASSWORD})
    offered = client.get(reverse("invitation")).content.decode()
    accepted = client.post(reverse("invitation"))

    assert ("ログインする</a>" in asked, unsigned.status_code) == (True, 200)
    assert ("承諾して担当者になる</button>" in offered, accepted.url) == (True, "/office/14-021/")
    assert client.get(accepted.url).status_code == 200


def test_another_person_is_shown_the_way_out_and_accepts_nothing(world):
    other = world.clerk(world.district).user
    client = opened(now_invite(world), world.browser(other))

    shown = client.get(reverse("invitation")).content.decode()
    client.post(reverse("invitation"), TYPED)

    assert "ほかの方としてログインしています" in shown
    assert Invitation.objects.get().is_open


def test_one_who_became_a_user_meanwhile_is_not_made_twice(world):
    invitation = invite(world)
    create_user(email=ADDRESS, name="先に 登録", at=world.at)

    with pytest.raises(NameTaken):
        operations.join_by_invitation(key_of(invitation), name="新田 新", password=NEW_PASSWORD, at=world.at)

    assert Invitation.objects.get().is_open


@pytest.mark.parametrize("key", ["zz-0", "0" * 101, "a b"])
def test_a_dead_link_says_whom_to_ask(db, key):
    client = Client()
    page = client.get(reverse("invitation_link", args=[key]), follow=True)

    assert (page.status_code, "招いた医師会の管理者" in page.content.decode()) == (410, True)


def test_the_page_invites_sends_again_and_cancels(world):
    client = world.browser(world.admin(world.district).user)
    listed = reverse("office_staff", args=["14-021"])

    client.post(reverse("office_invitation_new", args=["14-021"]), {"address": ADDRESS, "role": "admin"})
    invitation = Invitation.objects.get()
    assert ADDRESS in client.get(listed).content.decode()

    for act in ("office_invitation_resending", "office_invitation_cancellation"):
        assert client.post(reverse(act, args=["14-021", invitation.pk])).url == listed

    invitation.refresh_from_db()
    assert (invitation.is_open, invitation.sent_at > invitation.invited_at) == (False, True)
    assert "承諾を待っている招待はありません" in client.get(listed).content.decode()


def test_what_cannot_be_invited_is_told_at_the_field(world):
    client = world.browser(world.admin(world.district).user)
    url = reverse("office_invitation_new", args=["14-021"])

    page = client.post(url, {"address": world.clerk(world.district).user.email, "role": "clerk"}).content.decode()

    assert "この医師会の担当者のアドレスです" in page


def test_too_many_mails_are_told_on_the_list(world):
    invitation = now_invite(world)
    for number in range(INVITATIONS_AN_HOUR - 1):
        now_invite(world, address=f"new-{number}@midori.example")
    client = world.browser(world.admin(world.district).user)

    told = client.post(reverse("office_invitation_resending", args=["14-021", invitation.pk]), follow=True)

    assert f"1 時間に {INVITATIONS_AN_HOUR} 通まで" in told.content.decode()
