"""印刷した用紙の表と守り。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# 書く前に断る守り：名、いつ、断るとき、わけ。守りの名が、断ったときに制約の名として出る。
GUARDS = (
    ("printout_stays", "DELETE", "true", "a printed form is never deleted"),
    (
        "printout_keeps_what_it_is",
        "UPDATE",
        """(NEW.number, NEW.doctor_id, NEW.association_id, NEW.kind, NEW.printed_at, NEW.printed_by_id)
            IS DISTINCT FROM (OLD.number, OLD.doctor_id, OLD.association_id, OLD.kind, OLD.printed_at,
            OLD.printed_by_id) OR (NEW.answers <> OLD.answers AND NEW.answers <> '{}')""",
        "a printed form keeps what was printed",
    ),
    (
        "printout_ends_once",
        "UPDATE",
        """(OLD.application_id IS NOT NULL OR OLD.ended_at IS NOT NULL)
            AND (NEW.application_id, NEW.ended_at, NEW.ended_by_id)
            IS DISTINCT FROM (OLD.application_id, OLD.ended_at, OLD.ended_by_id)""",
        "a printed form comes back once",
    ),
    (
        "printout_application_of_its_doctor",
        "INSERT OR UPDATE",
        "NEW.doctor_id <> (SELECT doctor_id FROM membership_application WHERE id = NEW.application_id)",
        "the application of a printed form is of its doctor",
    ),
)


def guard(name: str, when: str, refused: str, why: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
CREATE FUNCTION membership_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {refused} THEN
        RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
    END IF;
    RETURN {"OLD" if when == "DELETE" else "NEW"};
END
$$;
CREATE TRIGGER {name} BEFORE {when} ON membership_printout FOR EACH ROW EXECUTE FUNCTION membership_{name}();
""",
        f"DROP TRIGGER {name} ON membership_printout; DROP FUNCTION membership_{name}();",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("associations", "0009_first_versions_of_categories"),
        ("doctors", "0010_facility_folded_name"),
        ("membership", "0013_remarks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Printout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=8, unique=True, verbose_name="用紙の番号")),
                ("kind", models.CharField(max_length=12, verbose_name="手続き")),
                ("answers", models.JSONField(default=dict, verbose_name="刷ったときの答え")),
                ("printed_at", models.DateTimeField(verbose_name="印刷した日時")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="片付けた日時")),
                (
                    "application",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="printouts",
                        to="membership.application",
                        verbose_name="届出",
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="associations.association",
                        verbose_name="医師会",
                    ),
                ),
                (
                    "doctor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="printouts",
                        to="doctors.doctor",
                        verbose_name="医師",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="片付けた人",
                    ),
                ),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="印刷した人",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("application", None), ("ended_at", None)),
                        fields=["association", "doctor"],
                        name="printout_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^([ABCDEFGHJKLMNPQRSTUVWXYZ][23456789]){4}$")),
                        name="printout_number_is_typable",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["join", "transfer", "leave"])), name="printout_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="printout_ended_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("application", None), ("ended_at", None), _connector="OR"),
                        name="printout_ends_one_way",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("application", None), ("ended_at", None)), ("answers", {}), _connector="OR"
                        ),
                        name="printout_forgets_at_its_end",
                    ),
                ],
            },
        ),
        *(guard(*one) for one in GUARDS),
    ]
