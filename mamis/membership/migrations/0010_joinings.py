"""入会の確認のお願い（研修医の名簿）の表と守り。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import mamis.doctors.rules

# 書く前に断る守り：名、表、いつ、断るとき、わけ。守りの名が、断ったときに制約の名として出る。
JOINING, SEAT = "membership_joining", "membership_joiningseat"
GUARDS = (
    ("joining_stays", JOINING, "DELETE", "true", "a request to confirm a joining is never deleted"),
    (
        "joining_keeps_what_it_asks",
        JOINING,
        "UPDATE",
        """(NEW.association_id, NEW.list_number, NEW.number, NEW.registered_on, NEW.family_name, NEW.given_name,
            NEW.family_kana, NEW.given_kana, NEW.sex, NEW.birth_on, NEW.facility_id, NEW.unlisted_name, NEW.joined_on,
            NEW.seed, NEW.asked_at)
            IS DISTINCT FROM (OLD.association_id, OLD.list_number, OLD.number, OLD.registered_on, OLD.family_name,
            OLD.given_name, OLD.family_kana, OLD.given_kana, OLD.sex, OLD.birth_on, OLD.facility_id,
            OLD.unlisted_name, OLD.joined_on, OLD.seed, OLD.asked_at)""",
        "a request to confirm a joining keeps what it asks",
    ),
    (
        "joining_ends_once",
        JOINING,
        "UPDATE",
        "OLD.state IN ('confirmed', 'declined', 'cancelled') AND NEW.state <> OLD.state",
        "an answered request does not come back",
    ),
    (
        "joining_application_of_its_doctor",
        JOINING,
        "INSERT OR UPDATE",
        """NEW.doctor_id <> (SELECT doctor_id FROM membership_application WHERE id = NEW.application_id)""",
        "the application of a joining is of its doctor",
    ),
    (
        "joining_seat_category_of_its_association",
        SEAT,
        "INSERT",
        """NOT EXISTS (
            SELECT 1 FROM associations_category
            WHERE id = NEW.category_id AND association_id = NEW.association_id
        )""",
        "a category belongs to the association of the seat",
    ),
)


def guard(name: str, table: str, when: str, refused: str, why: str) -> migrations.RunSQL:
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
CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION membership_{name}();
""",
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION membership_{name}();",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("associations", "0009_first_versions_of_categories"),
        ("doctors", "0010_facility_folded_name"),
        ("membership", "0009_batch_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Joining",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=20, verbose_name="状態")),
                ("version", models.PositiveIntegerField(default=0, verbose_name="版")),
                ("state_since", models.DateTimeField(verbose_name="この状態になった日時")),
                ("list_number", models.PositiveIntegerField(verbose_name="名簿の番号")),
                ("number", models.CharField(max_length=6, verbose_name="医籍登録番号")),
                ("registered_on", models.DateField(blank=True, null=True, verbose_name="医籍登録年月日")),
                ("family_name", models.CharField(max_length=60, verbose_name="姓")),
                ("given_name", models.CharField(max_length=60, verbose_name="名")),
                ("family_kana", models.CharField(max_length=60, verbose_name="セイ")),
                ("given_kana", models.CharField(max_length=60, verbose_name="メイ")),
                ("search_name", models.CharField(max_length=400, verbose_name="検索のための氏名")),
                (
                    "sex",
                    models.CharField(
                        blank=True,
                        choices=[(mamis.doctors.rules.Sex["MALE"], "男"), (mamis.doctors.rules.Sex["FEMALE"], "女")],
                        max_length=8,
                        verbose_name="性別",
                    ),
                ),
                ("birth_on", models.DateField(verbose_name="生年月日")),
                ("mail_address", models.CharField(max_length=254, verbose_name="名簿のメールアドレス")),
                ("unlisted_name", models.CharField(blank=True, max_length=120, verbose_name="未定の施設名")),
                ("joined_on", models.DateField(verbose_name="入会日")),
                ("seed", models.CharField(max_length=32, unique=True, verbose_name="リンクの種")),
                ("asked_at", models.DateTimeField(verbose_name="お願いした日時")),
                ("sent_at", models.DateTimeField(verbose_name="終わりにお願いを送った日時")),
                ("last_on", models.DateField(verbose_name="返事の期限")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="返事のあった日時")),
                ("note", models.TextField(blank=True, verbose_name="辞退のわけ")),
                (
                    "application",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joining",
                        to="membership.application",
                        verbose_name="届出",
                    ),
                ),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joinings",
                        to="associations.association",
                        verbose_name="医師会",
                    ),
                ),
                (
                    "doctor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="joinings",
                        to="doctors.doctor",
                        verbose_name="医師",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="doctors.facility",
                        verbose_name="所属施設",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JoiningHistory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="日時")),
                ("event", models.CharField(max_length=20, verbose_name="行為")),
                ("from_state", models.CharField(max_length=20, verbose_name="前の状態")),
                ("to_state", models.CharField(max_length=20, verbose_name="後の状態")),
                (
                    "party",
                    models.CharField(
                        choices=[("doctor", "DOCTOR"), ("office", "OFFICE"), ("clock", "CLOCK")],
                        max_length=10,
                        verbose_name="立場",
                    ),
                ),
                ("by_name", models.CharField(max_length=200, verbose_name="した人の名")),
                ("comment", models.TextField(blank=True, verbose_name="理由・連絡")),
                (
                    "by_association",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="associations.association",
                        verbose_name="どの医師会として",
                    ),
                ),
                (
                    "by_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="した人",
                    ),
                ),
                (
                    "joining",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="history",
                        to="membership.joining",
                        verbose_name="入会の確認のお願い",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "joining histories",
            },
        ),
        migrations.CreateModel(
            name="JoiningSeat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="associations.category",
                        verbose_name="会員区分",
                    ),
                ),
                (
                    "joining",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="membership.joining",
                        verbose_name="入会の確認のお願い",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="joining",
            index=models.Index(fields=["association", "state", "asked_at"], name="joining_of_association"),
        ),
        migrations.AddIndex(
            model_name="joining",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["last_on"], name="joining_by_deadline"
            ),
        ),
        migrations.AddConstraint(
            model_name="joining",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "expired"])),
                fields=("association", "number"),
                name="joining_once_while_unanswered",
            ),
        ),
        migrations.AddConstraint(
            model_name="joining",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "confirmed", "declined", "expired", "cancelled"])),
                name="joining_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="joining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("application__isnull", False), ("doctor__isnull", False), ("state", "confirmed")),
                    models.Q(models.Q(("state", "confirmed"), _negated=True), ("application", None)),
                    _connector="OR",
                ),
                name="joining_confirmed_by_application",
            ),
        ),
        migrations.AddConstraint(
            model_name="joining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", False), ("state__in", ["confirmed", "declined"])),
                    models.Q(models.Q(("state__in", ["confirmed", "declined"]), _negated=True), ("answered_at", None)),
                    _connector="OR",
                ),
                name="joining_answered_at_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="joining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), models.Q(("note", ""), _negated=True)),
                    models.Q(models.Q(("state", "declined"), _negated=True), ("note", "")),
                    _connector="OR",
                ),
                name="joining_declined_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="joining",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("facility", None), models.Q(("unlisted_name", ""), _negated=True)),
                    models.Q(("facility__isnull", False), ("unlisted_name", "")),
                    _connector="OR",
                ),
                name="joining_has_one_workplace",
            ),
        ),
        migrations.AddConstraint(
            model_name="joining",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9]{6}$")), name="joining_number_is_digits"
            ),
        ),
        migrations.AddConstraint(
            model_name="joiningseat",
            constraint=models.UniqueConstraint(fields=("joining", "association"), name="joining_seat_once"),
        ),
        *(guard(*one) for one in GUARDS),
    ]
