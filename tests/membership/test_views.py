"""医師の届出の頁が尋ねる数は、医師会や届出がいくつあっても同じである。"""

import pytest
from django.urls import reverse
from django.utils import timezone

from mamis.associations.models import JoinItem
from mamis.doctors.operations import FacilityFacts, register_facility
from mamis.membership import queries
from mamis.membership.operations import change_contact, withdraw_application
from mamis.membership.rules import CONTACT_FACTS
from mamis.wizard.operations import write_draft
from tests.membership.acts import submit
from tests.world import TODAY, World, new_district

ANSWERS = {
    "reason": {
        "reasons": ["transfer", "category"],
        "effective_on_0": [str(TODAY.year)],
        "effective_on_1": [str(TODAY.month)],
        "effective_on_2": [str(TODAY.day)],
    },
    "grounds": {
        "category_causes": ["opening"],
        "transfer_causes": ["transferred"],
        "leave_14-021": ["on"],
        "change_00": ["on"],
        "category_00": ["B"],
    },
    "search": {"prefecture": ["26"], "district": [""]},
    "destination": {"join_26-011": ["on"], "category_26-011": ["A"], "join_26": ["on"], "category_26": ["A"]}
    | {"join_00": ["on"], "category_00": ["B"]},
    "workplace": {"words": ["候補"], "facility": [""], "unlisted": ["架空診療所"], "unlisted_prefecture": ["26"]},
    "duties": {"duty": ["clinic-staff"], "note": ["お願いします。"]},
}
# 段階ごとの、尋ねる数。
STEPS = {
    "reason": 10,
    "grounds": 11,
    "destination": 17,
    "review": 19,
    "details": 11,
    "workplace": 13,
    "duties": 12,
    "check": 21,
}


@pytest.fixture
def draft(world: World, doctor):
    write_draft(
        by=doctor.user_id,
        kind=queries.DRAFT,
        subject="moving",
        step="reason",
        at=timezone.now(),
        start=ANSWERS,
        change=lambda answers: None,
    )


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("step", "number"), STEPS.items())
def test_a_step_asks_a_fixed_number_of_questions(world, doctor, draft, django_assert_num_queries, step, number, many):
    client = world.browser(doctor.user)
    client.get("/mypage/")
    for index in range(many):
        new_district(f"26-1{index}", f"増{index}医師会", "マシ", world.other_prefecture, f"2680{index}", f"増{index}町")
        register_facility(FacilityFacts(f"候補{index}診療所", "26"))

    with django_assert_num_queries(number):
        assert client.get(reverse("application_step", args=["moving", step])).status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_picks_of_earlier_searches_ask_one_more_question(world, doctor, django_assert_num_queries, many):
    client = world.browser(doctor.user)
    client.get("/mypage/")
    chosen = {}
    for index in range(many):
        new_district(f"14-1{index}", f"増{index}医師会", "マシ", world.prefecture, f"1480{index}", f"増{index}町")
        chosen[f"join_14-1{index}"] = ["on"]
    write_draft(
        by=doctor.user_id,
        kind=queries.DRAFT,
        subject="moving",
        step="destination",
        at=timezone.now(),
        start=ANSWERS | {"destination": ANSWERS["destination"] | chosen},
        change=lambda answers: None,
    )

    with django_assert_num_queries(STEPS["destination"] + 1):
        page = client.get(reverse("application_step", args=["moving", "destination"])).content.decode()
    assert page.count("checked") == many + 4


@pytest.mark.parametrize("many", [1, 3])
def test_the_questions_of_associations_ask_a_fixed_number_of_questions(
    world, doctor, draft, django_assert_num_queries, many
):
    client = world.browser(doctor.user)
    client.get("/mypage/")
    for position in range(many):
        for association in (world.other_district, world.other_prefecture):
            JoinItem.objects.create(association=association, kind="file", label=f"書類 {position}", position=position)

    with django_assert_num_queries(17):
        assert client.get(reverse("application_step", args=["moving", "questions"])).status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_an_office_copying_a_paper_asks_a_fixed_number_of_questions(world, doctor, django_assert_num_queries, many):
    clerk = world.clerk(world.district)
    client = world.browser(clerk.user)
    client.get("/office/14-021/")
    for index in range(many):
        new_district(f"26-1{index}", f"増{index}医師会", "マシ", world.other_prefecture, f"2680{index}", f"増{index}町")
    for one in (doctor, *(world.member(f"紙{index}", "太郎", world.district) for index in range(many - 1))):
        write_draft(
            by=clerk.user_id,
            kind=queries.PAPER_DRAFT,
            subject=queries.paper_subject(clerk, one, "moving"),
            step="check",
            at=timezone.now(),
            start=ANSWERS,
            change=lambda answers: None,
        )

    with django_assert_num_queries(27):
        assert client.get(reverse("office_application_step", args=["14-021", doctor.pk, "moving", "check"])).content
    with django_assert_num_queries(15):
        assert client.get(reverse("office_application_entry_new", args=["14-021"])).content


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(
    ("name", "number"),
    [("mypage_applications", 8), ("mypage_application", 16), ("mypage_application_receipt", 16), ("mypage_home", 18)],
)
def test_the_pages_of_applications_ask_a_fixed_number_of_questions(
    world, doctor, django_assert_num_queries, name, number, many
):
    client = world.browser(doctor.user)
    client.get("/mypage/")
    for _ in range(many - 1):
        withdraw_application(submit(world, doctor, None, TODAY, work="架空診療所"), at=world.at)
    last = submit(world, doctor, None, TODAY, work="架空診療所")

    with django_assert_num_queries(number):
        one = name not in ("mypage_applications", "mypage_home")
        assert client.get(reverse(name, args=[last.receipt_no] if one else [])).status_code == 200


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_of_changes_of_contact_asks_a_fixed_number_of_questions(
    world, doctor, django_assert_num_queries, many
):
    client = world.browser(world.clerk(world.district).user)
    client.get(reverse("office_contact_changes", args=["14-021"]))
    for index in range(many):
        facts = {"address": f"緑町{index}-1", "home_prefecture_id": f"1{index}"}
        change_contact(doctor, facts, seen=queries.register_seen(doctor, CONTACT_FACTS), at=world.at)
        doctor.refresh_from_db()

    with django_assert_num_queries(14):
        assert client.get(reverse("office_contact_changes", args=["14-021"])).status_code == 200


@pytest.mark.parametrize(("name", "number"), [("mypage_profile", 10), ("mypage_contact", 8), ("mypage_identity", 12)])
def test_the_pages_of_the_register_ask_a_fixed_number_of_questions(
    world, doctor, django_assert_num_queries, name, number
):
    client = world.browser(doctor.user)
    client.get("/mypage/")

    with django_assert_num_queries(number):
        assert client.get(reverse(name)).status_code == 200
