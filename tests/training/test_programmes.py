"""研修の要件：日付つきの版を足し、終え、取りやめる。関わる医師の数。"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mamis.associations.rules import standing
from mamis.doctors.models import Doctor
from mamis.training import policy, queries
from mamis.training.models import Activity, Programme, ProgrammeRule
from mamis.training.operations import (
    ActivityEntry,
    AlreadyFrom,
    InThePast,
    NotRunning,
    RuleEntry,
    add_activity,
    add_rule,
    cancel_version,
    end_version,
)
from mamis.training.queries.effects import NOWHERE
from mamis.training.rules import Kind
from mamis.wizard.models import Draft
from tests.world import TODAY

LIST = reverse("office_requirements", args=["00"])
NEXT = date(2026, 12, 1)


@pytest.fixture
def jma(world):
    return world.admin(world.national)


def rule(from_on=NEXT, total=24, knowledge=4, field=4):
    return RuleEntry(from_on, total, knowledge, field, 36, 36)


def activity(from_on=NEXT, code="F101", half_units=4):
    return ActivityEntry(from_on, code, "地域の時間外・救急対応", "平日夜間・休日の輪番業務", half_units)


def test_a_new_version_begins_where_the_former_ends(jma):
    added = add_rule(rule(), by=jma, on=TODAY)

    programme = queries.completion_programme()
    former = queries.rule_on(programme, NEXT - timedelta(days=1))
    assert (former.until_on, queries.rule_on(programme, NEXT)) == (NEXT, added)
    assert added.knowledge_programme.code == queries.CME


def test_a_live_application_keeps_its_version_and_units(world, application, jma):
    add_rule(rule(TODAY + timedelta(days=1), total=200), by=jma, on=TODAY)
    add_activity(activity(TODAY + timedelta(days=1)), by=jma, on=TODAY)
    application.refresh_from_db()

    world.approve(application, world.clerk(world.district))

    assert (application.rule.min_total_half_units, queries.evaluation_of(application).total) == (20, 21)


def test_an_activity_changes_from_a_day_and_a_new_one_may_begin(jma):
    add_activity(activity(), by=jma, on=TODAY)
    add_activity(activity(TODAY, "F901"), by=jma, on=TODAY)

    programme = queries.completion_programme()
    units = {day: {one.code: one.half_units for one in queries.activities_on(programme, day)} for day in (TODAY, NEXT)}
    assert (units[TODAY]["F101"], units[NEXT]["F101"]) == (2, 4)
    assert (units[TODAY]["F901"], len(units[NEXT])) == (4, 26)


def test_what_was_used_is_never_changed(jma):
    current = ProgrammeRule.objects.get()

    with pytest.raises(InThePast):
        add_rule(rule(TODAY - timedelta(days=1)), by=jma, on=TODAY)
    with pytest.raises(InThePast):
        cancel_version(current, by=jma, on=TODAY)
    with pytest.raises(InThePast):
        end_version(current, from_on=TODAY - timedelta(days=1), by=jma, on=TODAY)
    add_rule(rule(), by=jma, on=TODAY)
    for day in (NEXT, NEXT - timedelta(days=1)):
        with pytest.raises(AlreadyFrom):
            add_rule(rule(day), by=jma, on=TODAY)


def test_a_version_that_has_not_begun_is_cancelled_and_the_former_goes_on(jma):
    coming = add_rule(rule(), by=jma, on=TODAY)
    new = add_activity(activity(code="F901"), by=jma, on=TODAY)
    changed = add_activity(activity(), by=jma, on=TODAY)

    for version in (coming, new, changed):
        cancel_version(version, by=jma, on=TODAY)

    assert ProgrammeRule.objects.get().until_on is None
    assert Activity.objects.get(code="F101").until_on is None
    assert not Activity.objects.filter(code="F901").exists()


def test_a_version_is_ended_from_a_day_it_runs(jma):
    current = Activity.objects.get(code="F101")

    assert end_version(current, from_on=NEXT, by=jma, on=TODAY).until_on == NEXT
    assert "F101" not in {one.code for one in queries.activities_on(queries.completion_programme(), NEXT)}
    with pytest.raises(NotRunning):
        end_version(current, from_on=NEXT + timedelta(days=1), by=jma, on=TODAY)
    coming = add_activity(activity(code="F901"), by=jma, on=TODAY)
    with pytest.raises(NotRunning):
        end_version(coming, from_on=NEXT, by=jma, on=TODAY)


def test_only_the_national_administrator_sees_and_changes_them(world, jma):
    cme = Programme.objects.get(code=queries.CME)
    other = ProgrammeRule.objects.get()
    other.pk, other.programme = None, cme
    other.save()
    elsewhere = Activity.objects.get(code="F101")
    elsewhere.pk, elsewhere.programme = None, cme
    elsewhere.save()

    assert [one.programme.code for one in policy.programme_rules_of(jma)] == [queries.KAKARI]
    assert policy.activities_of(jma).count() == 25
    for staff in (world.clerk(world.national), world.admin(world.prefecture), world.admin(world.district)):
        assert not policy.programme_rules_of(staff).exists()
        assert not policy.activities_of(staff).exists()


@pytest.mark.parametrize(("day", "word"), [(NEXT, "いま"), (TODAY, "これから"), (date(2027, 1, 1), "終わり")])
def test_where_a_version_stands(day, word):
    assert standing(NEXT, date(2027, 1, 1), day) == word
    assert standing(NEXT, None, date(2030, 1, 1)) == "いま"


# 関わる数


def write_draft(doctor: Doctor, code: str = "F101") -> None:
    lines = [{"key": "a", "typed": {"activity": [code]}}]
    now = timezone.now()
    Draft.objects.create(
        owner=doctor.user,
        kind=queries.COMPLETION_DRAFT,
        step="activities",
        answers={"activities": {"lines": lines}},
        begun_at=now,
        written_at=now,
    )


def crowd(world):
    """みどり市に、満たす人、下がっても満たす人、書きかけの人、決まっていない人。京都で働く非会員、申請先の決まらない人。"""
    people = {}
    for name, half_units in (("満", 20), ("多", 30), ("少", 10), ("書", 10), ("申", 20)):
        people[name] = world.member(name, "花子", world.district)
        world.credit(people[name], half_units, TODAY, by=world.clerk(world.district))
        world.credit(people[name], 4, TODAY, Kind.FIELD, "急患診療所", by=world.clerk(world.district))
    people["京"] = world.doctor("京", "一郎")
    world.works_in(people["京"], world.other_prefecture)
    people["無"] = world.doctor("無", "一郎")
    for name in ("京", "無"):
        for kind, half_units in ((Kind.KNOWLEDGE, 18), (Kind.FIELD, 4)):
            programme = Programme.objects.get(code=queries.CME if kind == Kind.KNOWLEDGE else queries.KAKARI)
            people[name].credit_lines.create(
                programme=programme,
                kind=kind,
                title="講演会",
                earned_on=TODAY,
                half_units=half_units,
                source="office",
                ground="名簿",
                granted_by=world.national,
                entered_by=world.clerk(world.national).user,
                entered_at=world.at,
            )
    write_draft(people["書"])
    world.submit(people["申"], world.district)
    return people


def seen(effects):
    return {one.name: (one.drafts, one.live, one.losing, one.gaining) for one in effects}


def test_the_effects_of_a_stricter_and_a_milder_rule(world):
    crowd(world)
    current = ProgrammeRule.objects.get()
    stricter, milder = (
        queries.effects_of_rule(current, type(current.rule)(total, 2, 2, 36, 36), TODAY, timezone.now())
        for total in (30, 14)
    )

    assert seen(stricter) == {
        "みどり市医師会": (1, 1, 1, 0),
        "京都府医師会": (0, 0, 1, 0),
        NOWHERE: (0, 0, 1, 0),
    }
    assert seen(milder) == {"みどり市医師会": (1, 1, 0, 2)}
    assert stricter[-1].name == NOWHERE


def test_a_first_rule_turns_nobody(world):
    crowd(world)
    current = ProgrammeRule.objects.get()

    assert seen(queries.effects_of_rule(None, current.rule, TODAY, timezone.now())) == {"みどり市医師会": (1, 1, 0, 0)}


def test_the_effects_of_an_activity_are_of_those_who_wrote_it(world):
    crowd(world)

    assert seen(queries.effects_of_activity("F101", TODAY, timezone.now())) == {"みどり市医師会": (1, 1, 0, 0)}
    assert queries.effects_of_activity("F502", TODAY, timezone.now()) == []


def test_the_effects_ask_the_same_however_many(world, django_assert_num_queries):
    crowd(world)
    current = ProgrammeRule.objects.select_related("programme").get()
    stricter = type(current.rule)(30, 2, 2, 36, 36)
    for name in ("甲", "乙", "丙"):
        doctor = world.member(name, "花子", world.other_district)
        world.credit(doctor, 24, TODAY, by=world.clerk(world.other_district))

    with django_assert_num_queries(9):
        queries.effects_of_rule(current, stricter, TODAY, timezone.now())


# 画面


def typed(day, **more):
    values = {
        "min_total_half_units": "12",
        "min_knowledge_half_units": "１．５",
        "min_field_half_units": "0",
        "window_months": "24",
        "validity_months": "60",
    }
    return values | {f"from_on_{part}": str(one) for part, one in enumerate((day.year, day.month, day.day))} | more


def test_a_rule_is_written_checked_and_added(world, jma):
    browser, day = world.browser(jma.user), timezone.localdate() + timedelta(days=40)
    page = reverse("office_rule_new", args=["00"])

    empty = browser.get(page)
    wrong = browser.post(page, typed(day, min_total_half_units="0", window_months="0"))
    shown = browser.post(page, typed(day))
    again = browser.post(page, typed(day, rewrite="1"))
    before = ProgrammeRule.objects.count()
    done = browser.post(page, typed(day, confirmed="1"))
    taken = browser.post(page, typed(day, confirmed="1"))

    assert [one.status_code for one in (empty, wrong, shown, again, done, taken)] == [200, 422, 200, 200, 302, 422]
    assert "12 単位" in shown.content.decode()
    assert "まだ変えていません" in shown.content.decode()
    assert 'value="１．５"' in again.content.decode()
    assert before == 1
    added = ProgrammeRule.objects.get(from_on=day)
    assert (added.min_total_half_units, added.min_knowledge_half_units, added.validity_months) == (24, 3, 60)
    assert [word for _, word in browser.get(LIST).context["rules"]] == ["これから", "いま"]


def test_a_past_day_is_refused_at_its_field(world, jma):
    page = world.browser(jma.user).post(
        reverse("office_rule_new", args=["00"]), typed(timezone.localdate() - timedelta(days=1))
    )

    assert "もう過ぎた日です。" in page.content.decode()


def test_activities_are_added_ended_and_cancelled_on_the_pages(world, jma):
    browser, day = world.browser(jma.user), timezone.localdate() + timedelta(days=40)
    new, days = (
        reverse("office_activity_new", args=["00"]),
        {f"from_on_{part}": str(one) for part, one in enumerate((day.year, day.month, day.day))},
    )
    written = days | {"code": "ｆ９０１", "category": "その他", "name": "新しい活動", "half_units": "0.5"}

    statuses = [
        browser.get(new).status_code,
        browser.post(new, written | {"code": "X1"}).status_code,
        browser.post(new, written).status_code,
        browser.post(new, written | {"confirmed": "1"}).status_code,
    ]
    added = Activity.objects.get(code="F901")
    end = reverse("office_activity_end", args=["00", Activity.objects.get(code="F101").pk])
    statuses += [
        browser.get(end).status_code,
        browser.post(end, days).status_code,
        browser.post(end, days | {"confirmed": "1"}).status_code,
        browser.post(end, days | {"confirmed": "1"}).status_code,
    ]
    removal = reverse("office_activity_removal", args=["00", added.pk])
    browser.post(removal)
    begun = browser.post(
        reverse("office_rule_removal", args=["00", ProgrammeRule.objects.get().pk]), follow=True
    ).content.decode()

    assert statuses == [200, 422, 200, 302, 200, 200, 302, 422]
    assert added.half_units == 1
    assert not Activity.objects.filter(code="F901").exists()
    assert Activity.objects.get(code="F101").until_on == day
    assert "もう始まっている版は、取りやめられません。" in begun


def test_without_rules_and_activities_the_list_says_what_follows(world, jma):
    Activity.objects.all().delete()
    ProgrammeRule.objects.all().delete()

    page = world.browser(jma.user).get(LIST).content.decode()

    assert "まだ規則がありません" in page
    assert "まだ活動がありません" in page
