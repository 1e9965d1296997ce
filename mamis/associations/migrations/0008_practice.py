"""医師会が決める会員手続き、会員区分の期間と施設業務、理事会の日。"""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("associations", "0007_ended_delegations"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="BoardDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_on", models.DateField(verbose_name="理事会の日")),
            ],
        ),
        migrations.CreateModel(
            name="BoardDayEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("held_on", models.DateField(verbose_name="理事会の日")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CategoryEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=16, verbose_name="コード")),
                ("label", models.CharField(max_length=60, verbose_name="名称")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="並び順")),
                ("from_on", models.DateField(blank=True, null=True, verbose_name="始まり")),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="終わり")),
                (
                    "is_selectable",
                    models.BooleanField(db_default=True, default=True, verbose_name="医師が入会・異動で選べる"),
                ),
                ("is_voting", models.BooleanField(db_default=False, default=False, verbose_name="社員")),
                (
                    "is_insured",
                    models.BooleanField(db_default=False, default=False, verbose_name="日医医賠責に加入する"),
                ),
                (
                    "duties",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=24),
                        blank=True,
                        db_default=[],
                        default=list,
                        size=None,
                        verbose_name="施設業務",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="association",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="association",
            name="update_update",
        ),
        migrations.AddField(
            model_name="association",
            name="allows_partial",
            field=models.BooleanField(db_default=True, default=True, verbose_name="一部の層だけの会員を認める"),
        ),
        migrations.AddField(
            model_name="association",
            name="automatic_kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="届いたときに自動で承認する手続き",
            ),
        ),
        migrations.AddField(
            model_name="association",
            name="confirmation_days",
            field=models.PositiveSmallIntegerField(db_default=14, default=14, verbose_name="異動元の確認を待つ日数"),
        ),
        migrations.AddField(
            model_name="association",
            name="decision_days",
            field=models.PositiveSmallIntegerField(db_default=45, default=45, verbose_name="決めるまでの目安の日数"),
        ),
        migrations.AddField(
            model_name="association",
            name="join_note",
            field=models.CharField(blank=True, db_default="", max_length=1000, verbose_name="入会する先生への案内"),
        ),
        migrations.AddField(
            model_name="associationevent",
            name="allows_partial",
            field=models.BooleanField(db_default=True, default=True, verbose_name="一部の層だけの会員を認める"),
        ),
        migrations.AddField(
            model_name="associationevent",
            name="automatic_kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=16),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="届いたときに自動で承認する手続き",
            ),
        ),
        migrations.AddField(
            model_name="associationevent",
            name="confirmation_days",
            field=models.PositiveSmallIntegerField(db_default=14, default=14, verbose_name="異動元の確認を待つ日数"),
        ),
        migrations.AddField(
            model_name="associationevent",
            name="decision_days",
            field=models.PositiveSmallIntegerField(db_default=45, default=45, verbose_name="決めるまでの目安の日数"),
        ),
        migrations.AddField(
            model_name="associationevent",
            name="join_note",
            field=models.CharField(blank=True, db_default="", max_length=1000, verbose_name="入会する先生への案内"),
        ),
        migrations.AddField(
            model_name="category",
            name="duties",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=24),
                blank=True,
                db_default=[],
                default=list,
                size=None,
                verbose_name="施設業務",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="from_on",
            field=models.DateField(blank=True, null=True, verbose_name="始まり"),
        ),
        migrations.AddField(
            model_name="category",
            name="is_insured",
            field=models.BooleanField(db_default=False, default=False, verbose_name="日医医賠責に加入する"),
        ),
        migrations.AddField(
            model_name="category",
            name="is_selectable",
            field=models.BooleanField(db_default=True, default=True, verbose_name="医師が入会・異動で選べる"),
        ),
        migrations.AddField(
            model_name="category",
            name="is_voting",
            field=models.BooleanField(db_default=False, default=False, verbose_name="社員"),
        ),
        migrations.AddField(
            model_name="category",
            name="until_on",
            field=models.DateField(blank=True, null=True, verbose_name="終わり"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="association",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "associations_associationevent" ("address", "allows_partial", "automatic_kinds", "closed_on", "code", "confirmation_days", "decision_days", "homepage", "hours", "id", "inquiry_address", "join_note", "kana", "kind", "member_address", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "prefecture_id", "telephone", "tier") VALUES (NEW."address", NEW."allows_partial", NEW."automatic_kinds", NEW."closed_on", NEW."code", NEW."confirmation_days", NEW."decision_days", NEW."homepage", NEW."hours", NEW."id", NEW."inquiry_address", NEW."join_note", NEW."kana", NEW."kind", NEW."member_address", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."postcode", NEW."prefecture_id", NEW."telephone", NEW."tier"); RETURN NULL;',
                    hash="298ae4f38da90d4819541ea6c05861c1965e6430",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b5e12",
                    table="associations_association",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="association",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "associations_associationevent" ("address", "allows_partial", "automatic_kinds", "closed_on", "code", "confirmation_days", "decision_days", "homepage", "hours", "id", "inquiry_address", "join_note", "kana", "kind", "member_address", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "postcode", "prefecture_id", "telephone", "tier") VALUES (NEW."address", NEW."allows_partial", NEW."automatic_kinds", NEW."closed_on", NEW."code", NEW."confirmation_days", NEW."decision_days", NEW."homepage", NEW."hours", NEW."id", NEW."inquiry_address", NEW."join_note", NEW."kana", NEW."kind", NEW."member_address", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."postcode", NEW."prefecture_id", NEW."telephone", NEW."tier"); RETURN NULL;',
                    hash="2c6da75880124d66e445ae39bef2eab7230804ff",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_7cc6d",
                    table="associations_association",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "associations_categoryevent" ("association_id", "code", "duties", "from_on", "id", "is_insured", "is_selectable", "is_voting", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "until_on") VALUES (NEW."association_id", NEW."code", NEW."duties", NEW."from_on", NEW."id", NEW."is_insured", NEW."is_selectable", NEW."is_voting", NEW."label", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."until_on"); RETURN NULL;',
                    hash="2ee5ce64fdce10f3042df1bde14dd398fffa110a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_38fec",
                    table="associations_category",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="category",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "associations_categoryevent" ("association_id", "code", "duties", "from_on", "id", "is_insured", "is_selectable", "is_voting", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "until_on") VALUES (NEW."association_id", NEW."code", NEW."duties", NEW."from_on", NEW."id", NEW."is_insured", NEW."is_selectable", NEW."is_voting", NEW."label", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."until_on"); RETURN NULL;',
                    hash="ecdef3d916a28d3e7233a4f874ab8fe9b939d30c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4b93a",
                    table="associations_category",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="association",
            constraint=models.CheckConstraint(
                condition=models.Q(("allows_partial", True), ("tier", "district"), _connector="OR"),
                name="association_only_districts_forbid_partial",
            ),
        ),
        migrations.AddConstraint(
            model_name="association",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmation_days__range", (1, 60))),
                name="association_confirmation_days_in_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="association",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision_days__range", (1, 180))), name="association_decision_days_in_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="association",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "automatic_kinds__contained_by",
                        [
                            "transfer",
                            "join",
                            "leave",
                            "category",
                            "facility",
                            "call-off",
                        ],
                    )
                ),
                name="association_automatic_kinds_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_on", None), ("until_on", None), ("until_on__gt", models.F("from_on")), _connector="OR"
                ),
                name="category_begins_before_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "duties__contained_by",
                        [
                            "hospital-opener",
                            "hospital-manager",
                            "hospital-staff",
                            "university-teacher",
                            "university-graduate",
                            "university-staff",
                            "resident",
                            "clinic-opener",
                            "clinic-manager",
                            "clinic-staff",
                            "care-opener",
                            "care-staff",
                            "research",
                            "administration",
                            "occupational",
                            "health",
                            "other",
                            "none",
                        ],
                    )
                ),
                name="category_duties_known",
            ),
        ),
        migrations.AddField(
            model_name="boardday",
            name="association",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="board_days",
                to="associations.association",
                verbose_name="医師会",
            ),
        ),
        migrations.AddField(
            model_name="boarddayevent",
            name="association",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="associations.association",
                verbose_name="医師会",
            ),
        ),
        migrations.AddField(
            model_name="boarddayevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="boarddayevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="associations.boardday",
            ),
        ),
        migrations.AddField(
            model_name="categoryevent",
            name="association",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="associations.association",
                verbose_name="医師会",
            ),
        ),
        migrations.AddField(
            model_name="categoryevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="categoryevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="associations.category",
            ),
        ),
        migrations.AddConstraint(
            model_name="boardday",
            constraint=models.UniqueConstraint(fields=("association", "held_on"), name="board_day_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardday",
            trigger=pgtrigger.compiler.Trigger(
                name="board_day_keeps_its_day",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="aa8b5045708ab57c8651d8946a4198830cb887b2",
                    operation="UPDATE",
                    pgid="pgtrigger_board_day_keeps_its_day_8e35a",
                    table="associations_boardday",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardday",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "associations_boarddayevent" ("association_id", "held_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."association_id", NEW."held_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="2ef93ec6c6646e8fceeaf23aa8ecffcf16ebe09e",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2fadf",
                    table="associations_boardday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boardday",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "associations_boarddayevent" ("association_id", "held_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."association_id", OLD."held_on", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                    hash="98ab485de0b38d0cc5f75e13ce04002c53034f8c",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_56e6c",
                    table="associations_boardday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="boarddayevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="07b38c29f9ba5b5b8b814609bda7dff7a4756d9f",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f3ce3",
                    table="associations_boarddayevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="categoryevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="66335920f89bf487edb2076349b84ed1551d4833",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_3da04",
                    table="associations_categoryevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
