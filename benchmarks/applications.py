"""届出の画面を、全国の大きさのデータで測る。会員 180,000 人（三つの層）、届出 300,000 件、段 900,000、待つもの 9,000 件。

.venv/bin/python -m benchmarks.applications
"""

# ruff: noqa: E501, S608
from datetime import date
from typing import Any

from benchmarks.nation import compare, on_nation  # isort: skip

from django.core.paginator import Paginator

from mamis.associations.models import Association, Category, Staff
from mamis.doctors import policy as doctors_policy
from mamis.doctors.queries import main_workplace
from mamis.membership import policy, queries
from mamis.membership.queries.worklist import counts, find_steps, rows_of, waiting_number

TODAY = date(2026, 11, 1)

APPLICATIONS = """
INSERT INTO associations_staff (id, role, since_on, association_id, user_id)
    SELECT 2, 2, '2020-04-01', id, 1 FROM associations_association WHERE code = '00';
DELETE FROM associations_category;
INSERT INTO associations_category (association_id, code, label, position, is_selectable, is_voting, is_insured, duties)
    SELECT body.id, kinds.code, kinds.code || ' 会員', kinds.position, true, false, false, '{}'
    FROM associations_association body CROSS JOIN (VALUES ('A', 1), ('B', 2), ('C', 3)) kinds (code, position);
CREATE TEMPORARY TABLE seat AS
    SELECT n AS doctor_id, body.id AS association_id, body.place,
           (SELECT id FROM associations_category c WHERE c.association_id = body.id AND c.position = 1 + n % 3) AS was,
           (SELECT id FROM associations_category c WHERE c.association_id = body.id AND c.position = 1 + (n + 1) % 3) AS now
    FROM generate_series(1, 180000) n
    JOIN associations_association district ON district.id = 1001 + n % 890
    JOIN LATERAL (VALUES (district.id, 1), (district.parent_id, 2),
        ((SELECT id FROM associations_association WHERE code = '00'), 3)) body (id, place) ON true;
INSERT INTO membership_membership (doctor_id, association_id, joined_on)
    SELECT doctor_id, association_id, '2014-04-01' FROM seat;
INSERT INTO membership_membershipcategory (membership_id, category_id, from_on)
    SELECT m.id, seat.was, '2014-04-01' FROM membership_membership m JOIN seat USING (doctor_id, association_id);
INSERT INTO doctors_sight (doctor_id, association_id, ground, since_on)
    SELECT doctor_id, association_id, 'member', '2014-04-01' FROM seat;
INSERT INTO membership_application
    (id, state, version, state_since, receipt_no, doctor_id, kind, effective_on, first_submitted_at, submitted_at, finished_at)
    SELECT n, CASE WHEN n % 33 = 0 THEN 'in-review' ELSE 'finished' END, 1, at, 'K-' || n, 1 + n % 180000, 'category',
           at::date, at, at, CASE WHEN n % 33 = 0 THEN NULL ELSE at END
    FROM generate_series(1, 300000) n, LATERAL (SELECT timestamptz '2026-11-01' - (n % 3000) * interval '1 day' AS at) days;
INSERT INTO membership_step
    (state, version, state_since, application_id, position, association_id, task, category_before_id, category_id,
     waits_for, received_on, due_on, board_on, decided_at, decided_by_id, is_automatic, is_amended, amended_duty)
    SELECT CASE WHEN a.state = 'finished' THEN 'approved' WHEN seat.place = 1 THEN 'open' ELSE 'waiting' END, 1,
           a.state_since, a.id, seat.place, seat.association_id, 'category', seat.was, seat.now, '{}',
           CASE WHEN a.state = 'finished' OR seat.place = 1 THEN a.effective_on END,
           CASE WHEN a.state = 'finished' OR seat.place = 1 THEN a.effective_on + 45 END,
           CASE WHEN a.state = 'finished' THEN a.effective_on END, a.finished_at,
           CASE WHEN a.state = 'finished' THEN 1 END, false, false, ''
    FROM membership_application a JOIN seat USING (doctor_id);
UPDATE membership_step SET state = 'approved', decided_at = now(), decided_by_id = 1
    WHERE application_id % 99 = 0 AND position < 3;
UPDATE membership_step SET state = 'open', received_on = '2026-10-01', due_on = '2026-11-15'
    WHERE application_id % 99 = 0 AND position = 3;
INSERT INTO membership_sheet
    (id, application_id, number, submitted_at, effective_on, reasons, causes, unlisted_name, duty, facts_before,
     facts_after, note, delegates)
    SELECT id, id, 1, submitted_at, effective_on, '{category}', '{opening}', '', '', '{}', '{}', '', ''
    FROM membership_application;
INSERT INTO membership_sheetseat (sheet_id, association_id, category_before_id, category_id)
    SELECT application_id, association_id, category_before_id, category_id FROM membership_step;
INSERT INTO membership_claim (application_id, doctor_id, association_id)
    SELECT DISTINCT ON (a.doctor_id, s.association_id) a.id, a.doctor_id, s.association_id
    FROM membership_application a JOIN membership_step s ON s.application_id = a.id WHERE a.state = 'in-review';
"""


def _measure() -> None:
    for label, pk in (("郡市区等医師会", 1), ("日本医師会", 2)):
        staff = Staff.objects.select_related("association", "user").get(pk=pk)
        compare((f"{label}：{what}", ours, raw) for what, ours, raw in _of(staff))


def _of(staff: Staff) -> Any:
    steps = policy.steps_visible_to(staff)
    of_us = f"FROM membership_step WHERE association_id = {staff.association_id}"

    def page(**filters: Any) -> None:
        found = find_steps(steps, queries.StepFilters(**filters), TODAY)
        rows_of(list(Paginator(found, 50).get_page(1).object_list), TODAY)

    def raw(state: str, order: str) -> tuple[str, ...]:
        with_doctor = f"SELECT s.*, a.*, d.* FROM (SELECT * {of_us} AND {state}) s JOIN membership_application a ON a.id = s.application_id JOIN doctors_doctor d ON d.id = a.doctor_id"
        return (f"{with_doctor} ORDER BY {order} LIMIT 50", f"SELECT count(*) {of_us} AND {state}")

    step = steps.filter(state="open").first()
    sheet = step.application.sheet
    doctor = step.application.doctor
    one = (
        f"SELECT * FROM membership_step WHERE application_id = {step.application_id}",
        f"SELECT * FROM membership_sheet WHERE application_id = {step.application_id}",
        f"SELECT * FROM doctors_doctor WHERE search_name = '{doctor.search_name}'",
    )
    category = Category.objects.get(association=staff.association, code="C").pk
    members = policy.members_changeable_by(staff, TODAY)
    association = Association.objects.select_related("parent").get(pk=staff.association_id)
    targets = queries.find_targets(members, queries.TargetFilters(category), association, TODAY)
    held = f"FROM membership_membershipcategory c JOIN membership_membership m ON m.id = c.membership_id WHERE c.category_id = {category}"
    return (
        ("待つもの（1 頁）", page, raw("state = 'open'", "s.due_on")),
        ("終わったもの（1 頁）", lambda: page(tab=queries.Tab.DONE), raw("state = 'approved'", "s.state_since DESC")),
        ("終わったもの（氏名の一部）", lambda: page(tab=queries.Tab.DONE, words="名12"), raw("state = 'approved'", "s.state_since DESC")),
        ("三つの組の数", lambda: counts(steps), (f"SELECT state, count(*) {of_us} GROUP BY state",)),
        ("待つ数", lambda: waiting_number(steps), (f"SELECT count(*) {of_us} AND state = 'open'",)),
        (
            "一件の機械の確かめ",
            lambda: queries.checks_of(step, sheet, main_workplace(doctor, TODAY), doctors_policy.visible_to(staff, TODAY), (), TODAY),
            one,
        ),
        ("まとめて変える相手の数", targets.count, (f"SELECT count(*) {held}",)),
        (
            "まとめて変える相手の会員区分",
            lambda: queries.held_categories(targets, association, TODAY),
            (f"SELECT o.category_id, count(*) FROM membership_membershipcategory o JOIN membership_membership p ON p.id = o.membership_id WHERE p.doctor_id IN (SELECT m.doctor_id {held}) GROUP BY 1",),
        ),
    )  # fmt: skip


if __name__ == "__main__":
    on_nation(APPLICATIONS, _measure)
