"""事務局の人：任命、役割、務めの終わり、次の操作からの効き目。"""

from datetime import timedelta

import pytest
from django.http import Http404
from django.urls import reverse

from mamis.accounts.models import User
from mamis.accounts.operations import create_user
from mamis.associations import operations, policy, queries
from mamis.associations.doors import office_required
from mamis.associations.models import Association, Staff
from mamis.associations.rules import Role
from tests.world import new_district

pytestmark = pytest.mark.django_db

FIELDS = {"inquiry_address": "new@midori.example", "member_address": "", "homepage": ""}


def roles(association):
    return [(one.user.name, one.role_label) for one in policy.colleagues(association)]


def test_appointing_raises_a_role_and_never_lowers_it(world):
    clerk = world.clerk(world.district)

    again = operations.appoint(clerk.user, world.district, Role.ADMIN, at=world.at, by=world.admin(world.district))

    assert (again.pk, again.role, again.since_on) == (clerk.pk, Role.ADMIN, clerk.since_on)
    assert operations.appoint(clerk.user, world.district, Role.VIEWER, at=world.at) == again
    assert roles(world.district) == [("一般 次郎", "管理者"), ("管理 花子", "管理者")]
    assert clerk.events.count() == 2


def test_a_new_administrator_is_told_to_the_other_and_to_the_address_of_the_members(world, posted):
    admin, clerk = world.admin(world.district), world.clerk(world.district)

    operations.change_role(clerk, Role.ADMIN, by=admin, at=world.at)
    operations.change_role(clerk, Role.ADMIN, by=admin, at=world.at)

    assert posted() == [
        ("AdministratorGranted", admin.user.email),
        ("AdministratorGranted", "kaiin-14-021@office.example"),
    ]


def test_where_nobody_is_to_be_told_nothing_is_sent(world, posted):
    Association.objects.filter(pk=world.district.pk).update(member_address="")
    Staff.objects.filter(association=world.district).update(ended_at=world.at)
    user = create_user(email="first@midori.example", name="初田 花", at=world.at)

    operations.appoint(user, Association.objects.get(pk=world.district.pk), Role.ADMIN, at=world.at)

    assert posted() == []


def test_the_last_administrator_is_neither_ended_nor_demoted(world):
    admin = world.admin(world.district)

    with pytest.raises(operations.LastAdministrator):
        operations.dismiss(admin, by=admin, at=world.at)
    with pytest.raises(operations.LastAdministrator):
        operations.change_role(admin, Role.CLERK, by=admin, at=world.at)

    assert roles(world.district) == [("管理 花子", "管理者"), ("一般 次郎", "一般")]


def test_of_two_administrators_who_end_each_other_one_remains(world):
    first, second = world.admin(world.district), world.appoint(world.district, Role.ADMIN, "管理 二子")

    operations.dismiss(second, by=first, at=world.at)
    with pytest.raises(policy.NotServing):
        operations.dismiss(first, by=second, at=world.at)

    assert roles(world.district) == [("管理 花子", "管理者"), ("一般 次郎", "一般")]


def test_a_dismissed_person_serves_no_more_and_may_come_back(world):
    admin, clerk = world.admin(world.district), world.clerk(world.district)

    operations.dismiss(clerk, by=admin, at=world.at)
    operations.dismiss(clerk, by=admin, at=world.at + timedelta(days=1))

    clerk.refresh_from_db()
    assert clerk.ended_at == world.at
    assert not policy.serving(clerk.user).exists()
    back = operations.appoint(clerk.user, world.district, Role.VIEWER, at=world.at)
    assert list(policy.serving(clerk.user)) == [back]
    assert Staff.objects.filter(user=clerk.user).count() == 2


def test_the_end_is_recorded_with_who_and_for_whom(world):
    clerk = world.clerk(world.district)

    operations.dismiss(clerk, by=world.admin(world.district), at=world.at)

    context = clerk.events.order_by("-pgh_id").first().pgh_context.metadata
    assert (context["user_name"], context["association_name"]) == ("管理 花子", "みどり市医師会")


def test_an_open_page_an_open_form_and_a_waiting_act_are_refused_at_the_next_request(world, application):
    admin, clerk = world.admin(world.district), world.clerk(world.district)
    open_page = world.browser(clerk.user)
    seen = world.seen(application)
    listed = reverse("office_completions", args=["14-021"])
    assert open_page.get(listed).status_code == 200

    operations.dismiss(clerk, by=admin, at=world.at)

    approval = reverse("office_completion_approval", args=["14-021", application.receipt_no])
    download = reverse("office_completions_download", args=["14-021"])
    assert open_page.get(listed).status_code == 404
    assert open_page.get(download).status_code == 404
    assert open_page.post(approval, {"seen": seen}).status_code == 404
    application.refresh_from_db()
    assert application.state == "submitted"
    with pytest.raises(policy.NotServing):
        policy.require_on_duty(clerk, Role.CLERK)


def test_a_demotion_bites_at_the_next_request(world, application):
    admin, clerk = world.admin(world.district), world.clerk(world.district)
    open_form = world.browser(clerk.user)

    operations.change_role(clerk, Role.VIEWER, by=admin, at=world.at)

    approval = reverse("office_completion_approval", args=["14-021", application.receipt_no])
    assert open_form.post(approval, {"seen": world.seen(application)}).status_code == 404
    assert open_form.get(reverse("office_completions", args=["14-021"])).status_code == 200
    with pytest.raises(policy.NotServing):
        policy.require_on_duty(clerk, Role.CLERK)
    assert policy.require_on_duty(clerk, Role.VIEWER) == clerk


def test_one_who_passed_the_door_and_then_lost_the_role_is_refused_like_a_stranger(world, rf):
    """戸口を通ったあと、操作が鍵を待つあいだに、務めが終わる。"""
    admin, second = world.admin(world.district), world.appoint(world.district, Role.ADMIN, "管理 二子")

    @office_required(Role.ADMIN)
    def end_too_late(request):
        operations.dismiss(second, by=admin, at=world.at)
        operations.dismiss(admin, by=request.staff, at=world.at)

    request = rf.post("/")
    request.user, request.session = second.user, {}
    with pytest.raises(Http404):
        end_too_late(request, code="14-021")

    assert policy.is_on_duty(admin, Role.ADMIN)


# 画面


def page(world, person, name, *args, data=None):
    client = world.browser(person.user)
    url = reverse(name, args=["14-021", *args])
    return client.get(url) if data is None else client.post(url, data)


def test_the_page_changes_a_role_and_ends_a_service(world):
    admin, clerk = world.admin(world.district), world.clerk(world.district)

    changed = page(world, admin, "office_staff_member", clerk.pk, data={"role": "viewer"})
    clerk.refresh_from_db()
    assert (changed.status_code, clerk.role_label) == (302, "閲覧")

    ended = page(world, admin, "office_staff_end", clerk.pk, data={})
    clerk.refresh_from_db()
    assert (ended.url, clerk.ended_at is None) == ("/office/14-021/staff/", False)


def test_the_last_administrator_is_offered_neither_and_refused_both(world):
    admin = world.admin(world.district)

    shown = page(world, admin, "office_staff_member", admin.pk).content.decode()
    demoted = page(world, admin, "office_staff_member", admin.pk, data={"role": "clerk"})
    ended = page(world, admin, "office_staff_end", admin.pk, data={})

    admin.refresh_from_db()
    assert ("ほかに管理者がいません" in shown, "役割を変える</button>" in shown) == (True, False)
    assert (demoted.status_code, ended.status_code, admin.role, admin.ended_at) == (200, 302, Role.ADMIN, None)


def test_one_who_steps_down_is_led_to_where_they_may_still_go(world):
    world.appoint(world.district, Role.ADMIN, "管理 二子")
    admin = world.admin(world.district)

    assert page(world, admin, "office_staff_member", admin.pk, data={"role": "clerk"}).url == "/"


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(world, people, django_assert_num_queries):
    admin = world.admin(world.district)
    Staff.objects.filter(association=world.district).exclude(pk=admin.pk).update(ended_at=world.at)
    for number in range(people):
        world.appoint(world.district, Role.CLERK, f"担当 {number}")
        operations.invite(f"new-{number}@midori.example", Role.CLERK, by=admin, at=world.at)
    client = world.browser(admin.user)
    url = reverse("office_staff", args=["14-021"])

    with django_assert_num_queries(16):
        response = client.get(url)

    assert response.content.decode().count("送り直す") == people


@pytest.mark.parametrize(
    ("last_login", "since", "is_dormant"),
    [(89, 400, False), (91, 400, True), (None, 89, False), (None, 91, True)],
)
def test_dormant_are_those_who_have_not_signed_in_for_ninety_days(world, last_login, since, is_dormant):
    clerk = world.clerk(world.district)
    Staff.objects.filter(pk=clerk.pk).update(since_on=world.on - timedelta(days=since))
    seen = None if last_login is None else world.at - timedelta(days=last_login)
    User.objects.filter(pk=clerk.user_id).update(last_login=seen)

    people = queries.with_dormancy(policy.colleagues(world.district).filter(pk=clerk.pk), world.at)

    assert [person.is_dormant for person in people] == [is_dormant]
    (counted,) = queries.with_people_counted(policy.below(world.clerk(world.prefecture)), world.at)
    assert (counted.administrators, counted.people, counted.dormant) == (1, 2, 1 + is_dormant)


@pytest.mark.parametrize("districts", [1, 3])
def test_the_offices_below_are_asked_for_at_once(world, districts, django_assert_num_queries):
    for number in range(1, districts):
        new_district("14-03" + str(number), "緑川", "ミドリカワ", world.prefecture, f"1488{number}", f"緑{number}市")
    client = world.browser(world.admin(world.prefecture).user)

    with django_assert_num_queries(20):
        page = client.get(reverse("office_offices", args=["14"])).content.decode()

    assert page.count('scope="row"') == districts


def test_the_national_office_narrows_the_list_to_one_prefecture(world):
    client = world.browser(world.admin(world.national).user)

    page = client.get(reverse("office_offices", args=["00"]) + "?prefecture=26").content.decode()

    assert ("さくら市医師会" in page, "みどり市医師会" in page) == (True, False)
