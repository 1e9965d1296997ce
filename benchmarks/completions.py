"""修了申請の画面を、全国の大きさのデータで測る。修了申請 180,000 件、単位の行 2,000,000 行。

.venv/bin/python -m benchmarks.completions
"""

# ruff: noqa: E501, S608
from datetime import date
from typing import Any

from benchmarks.nation import compare, on_nation  # isort: skip

from django.core.paginator import Paginator

from mamis.associations.models import Staff
from mamis.doctors.models import Doctor
from mamis.training import policy, queries
from mamis.training.models import CompletionApplication

COMPLETIONS = """
INSERT INTO training_creditline
    (doctor_id, programme_id, kind, title, earned_on, half_units, codes, source, ground, granted_by_id, entered_by_id, entered_at)
    SELECT 1 + n % 350000, (SELECT id FROM training_programme WHERE code = 'cme'), 'knowledge', '講習会' || n % 400,
           date '2026-11-01' - (n % 1500)::int, 3, '{}', 'course', '受講者名簿', 1001 + n % 890, 1, now()
    FROM generate_series(1, 2000000) n;
INSERT INTO training_completionapplication
    (id, state, version, state_since, receipt_no, window_from_on, window_until_on, first_submitted_at, submitted_at,
     is_imported, destination_id, doctor_id, programme_id, rule_id, decided_at, decided_by_id)
    SELECT n, CASE WHEN n % 8 = 0 THEN 'submitted' ELSE 'approved' END, 1, now(), 'B-' || n, '2023-11-02', '2026-11-01',
           timestamptz '2026-11-01' - (n % 700) * interval '1 day', timestamptz '2026-11-01' - (n % 700) * interval '1 day',
           false, 1001 + n % 890, n, rule.programme_id, rule.id,
           CASE WHEN n % 8 = 0 THEN NULL ELSE now() END, CASE WHEN n % 8 = 0 THEN NULL ELSE 1 END
    FROM generate_series(1, 180000) n CROSS JOIN (SELECT * FROM training_programmerule LIMIT 1) rule;
INSERT INTO training_submission (id, number, submitted_at, note, application_id)
    SELECT n, 1, now(), '', n FROM generate_series(1, 180000) n;
INSERT INTO training_fieldreport
    (position, place, from_on, until_on, times, note, half_units, activity_id, submission_id)
    SELECT 1, '休日急患診療所', '2026-05-10', '2026-05-10', 1, '', 2, (SELECT min(id) FROM training_activity), n
    FROM generate_series(1, 180000) n;
"""


def _measure() -> None:
    today = date(2026, 11, 1)
    staff = Staff.objects.select_related("association", "user").get(pk=1)
    case = CompletionApplication.objects.filter(destination_id=1001, state="submitted").first()
    of_us = "FROM training_completionapplication WHERE destination_id = 1001"

    def page(**filters: Any) -> None:
        found = queries.find_applications(policy.visible_to(staff), queries.Filters(**filters))
        queries.case_rows(list(Paginator(found, 50).page(1)), today)

    ids = "(SELECT id FROM training_completionapplication WHERE destination_id = 1001 ORDER BY state DESC, submitted_at LIMIT 50)"
    rows = (
        f"SELECT * {of_us} ORDER BY state DESC, submitted_at LIMIT 50",
        f"SELECT count(*) {of_us}",
        f"SELECT * FROM doctors_doctor WHERE id IN (SELECT doctor_id FROM training_completionapplication WHERE id IN {ids})",
        f"SELECT * FROM training_creditline WHERE doctor_id IN (SELECT doctor_id FROM training_completionapplication WHERE id IN {ids})",
        f"SELECT * FROM training_fieldreport WHERE submission_id IN (SELECT id FROM training_submission WHERE application_id IN {ids})",
    )
    named = (
        f"SELECT * {of_us} AND doctor_id IN (SELECT id FROM doctors_doctor WHERE search_name LIKE '%名12%') LIMIT 50",
        *rows[1:],
    )
    one = (
        f"SELECT * FROM training_completionapplication WHERE id = {case.pk}",
        f"SELECT * FROM training_creditline WHERE doctor_id = {case.doctor_id}",
        f"SELECT * FROM training_fieldreport WHERE submission_id = {case.pk}",
    )
    counts = (f"SELECT count(*), min(submitted_at) {of_us} AND state = 'submitted'",)
    doctor = Doctor.objects.get(pk=200_000)
    table = (
        ("修了申請の一覧（1 頁）", page, rows),
        ("修了申請の一覧（氏名の一部）", lambda: page(words="名12"), named),
        ("待っている数", lambda: queries.waiting(policy.visible_to(staff)), counts),
        ("一件を数える", lambda: queries.evaluation_of(case), one),
        (
            "医師のいまの単位",
            lambda: queries.progress(doctor, today),
            (f"SELECT * FROM training_creditline WHERE doctor_id = {doctor.pk}",),
        ),
    )
    compare(table)


if __name__ == "__main__":
    on_nation(COMPLETIONS, _measure)
