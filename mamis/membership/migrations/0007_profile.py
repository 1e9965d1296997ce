"""会員情報の変更：連絡先を変えたこと、証明する書類の写し、一人に一つまでであること、在籍に手を付けないこと。"""

import django.db.models.deletion
from django.db import migrations, models

CLAIMS = """
CREATE OR REPLACE FUNCTION membership_application_claims_while_it_lives() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := (
        to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'membership_application' THEN 'id' ELSE 'application_id' END
    )::bigint;
    claims boolean := (
        SELECT {claims} FROM membership_application application WHERE id = checked
    );
BEGIN
    IF claims <> EXISTS (
        SELECT 1 FROM membership_claim WHERE application_id = checked AND released_at IS NULL
    ) THEN
        RAISE EXCEPTION 'an application claims its seats exactly while it lives'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'application_claims_while_it_lives';
    END IF;
    RETURN NULL;
END
$$;
"""
LIVE = "application.state IN ('in-review', 'returned', 'held')"

EVIDENCE = """
CREATE FUNCTION membership_sheet_evidence_of_profile() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.evidence_id IS NOT NULL) <> (
        SELECT kind = 'profile' FROM membership_application WHERE id = NEW.application_id
    ) THEN
        RAISE EXCEPTION 'a change of the register has its evidence, and nothing else has'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_evidence_of_profile';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER sheet_evidence_of_profile BEFORE INSERT OR UPDATE ON membership_sheet
    FOR EACH ROW EXECUTE FUNCTION membership_sheet_evidence_of_profile();
"""
NO_EVIDENCE = """
DROP TRIGGER sheet_evidence_of_profile ON membership_sheet;
DROP FUNCTION membership_sheet_evidence_of_profile();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("doctors", "0010_facility_folded_name"),
        ("files", "0001_initial"),
        ("membership", "0006_amended_work"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="application", name="application_kind_known"),
        migrations.RemoveConstraint(model_name="step", name="step_task_known"),
        migrations.AddField(
            model_name="sheet",
            name="evidence",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="files.storedfile",
                verbose_name="証明する書類の写し",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["transfer", "join", "leave", "category", "facility", "profile", "call-off"])
                ),
                name="application_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "profile"), ("state__in", ["in-review", "returned", "held"])),
                fields=("doctor",),
                name="application_one_live_profile",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "task__in",
                        ["leave-confirm", "leave", "join", "move", "category", "facility", "profile", "call-off"],
                    )
                ),
                name="step_task_known",
            ),
        ),
        migrations.CreateModel(
            name="ContactChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("changed_at", models.DateTimeField(verbose_name="変えた日時")),
                ("facts_before", models.JSONField(default=dict, verbose_name="変わる前の連絡先")),
                ("facts_after", models.JSONField(default=dict, verbose_name="変わったあとの連絡先")),
                (
                    "doctor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contact_changes",
                        to="doctors.doctor",
                        verbose_name="医師",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["doctor", "-changed_at"], name="contact_change_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("facts_after", {}), _negated=True), name="contact_change_says_something"
                    )
                ],
            },
        ),
        migrations.RunSQL(CLAIMS.format(claims=f"{LIVE} AND kind <> 'profile'"), CLAIMS.format(claims=LIVE)),
        migrations.RunSQL(EVIDENCE, NO_EVIDENCE),
    ]
