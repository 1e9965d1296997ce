"""入会のときに尋ねること。"""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("associations", "0009_first_versions_of_categories"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="JoinItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("short", "短い文"),
                            ("long", "長い文"),
                            ("choice", "一つを選ぶ"),
                            ("yes-no", "はい・いいえ"),
                            ("file", "添付（PDF・写真）"),
                        ],
                        max_length=8,
                        verbose_name="種類",
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="尋ねること")),
                ("explanation", models.CharField(blank=True, max_length=200, verbose_name="説明")),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="選択肢",
                    ),
                ),
                ("is_required", models.BooleanField(default=True, verbose_name="必ず答えていただく")),
                ("is_used", models.BooleanField(default=True, verbose_name="入会のときに尋ねる")),
                ("position", models.PositiveSmallIntegerField(verbose_name="並び順")),
                (
                    "association",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="join_items",
                        to="associations.association",
                        verbose_name="医師会",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JoinItemEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("short", "短い文"),
                            ("long", "長い文"),
                            ("choice", "一つを選ぶ"),
                            ("yes-no", "はい・いいえ"),
                            ("file", "添付（PDF・写真）"),
                        ],
                        max_length=8,
                        verbose_name="種類",
                    ),
                ),
                ("label", models.CharField(max_length=60, verbose_name="尋ねること")),
                ("explanation", models.CharField(blank=True, max_length=200, verbose_name="説明")),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="選択肢",
                    ),
                ),
                ("is_required", models.BooleanField(default=True, verbose_name="必ず答えていただく")),
                ("is_used", models.BooleanField(default=True, verbose_name="入会のときに尋ねる")),
                ("position", models.PositiveSmallIntegerField(verbose_name="並び順")),
                (
                    "association",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="associations.association",
                        verbose_name="医師会",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="associations.joinitem",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="joinitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["short", "long", "choice", "yes-no", "file"])),
                name="join_item_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="joinitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("label", ""), _negated=True), name="join_item_asks_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="joinitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choices__len__gte", 2), ("kind", "choice")),
                    models.Q(models.Q(("kind", "choice"), _negated=True), ("choices", [])),
                    _connector="OR",
                ),
                name="join_item_has_its_choices",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="joinitem",
            trigger=pgtrigger.compiler.Trigger(
                name="join_item_keeps_what_it_is",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."association_id" IS DISTINCT FROM (NEW."association_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="45a4a5497cad2e89d1369eac3408ce134eb27d04",
                    operation="UPDATE",
                    pgid="pgtrigger_join_item_keeps_what_it_is_6c541",
                    table="associations_joinitem",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="joinitem",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "associations_joinitemevent" ("association_id", "choices", "explanation", "id", "is_required", "is_used", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."association_id", NEW."choices", NEW."explanation", NEW."id", NEW."is_required", NEW."is_used", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="77ae8ef1cf5535d04b4875a4f4e9fe0aa20850d1",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_921af",
                    table="associations_joinitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="joinitem",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "associations_joinitemevent" ("association_id", "choices", "explanation", "id", "is_required", "is_used", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."association_id", NEW."choices", NEW."explanation", NEW."id", NEW."is_required", NEW."is_used", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position"); RETURN NULL;',
                    hash="0c47c11b8e675f8d85ca76800cbadf4be0e86768",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_2e549",
                    table="associations_joinitem",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="joinitemevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="14345a99c8513dc5174086308ee62610e1742c83",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d1f8e",
                    table="associations_joinitemevent",
                    when="BEFORE",
                ),
            ),
        ),
    ]
