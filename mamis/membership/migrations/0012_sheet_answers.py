"""入会のときに医師会の尋ねたことへの答えと、その守り：入会する医師会の尋ねたことであること。"""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE FUNCTION membership_sheet_answer_of_one_joined() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1
        FROM membership_sheetseat seat
        JOIN associations_joinitem item ON item.association_id = seat.association_id
        WHERE seat.sheet_id = NEW.sheet_id AND item.id = NEW.item_id
            AND seat.category_before_id IS NULL AND seat.category_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'only an association which is joined asks'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_answer_of_one_joined';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER sheet_answer_of_one_joined BEFORE INSERT ON membership_sheetanswer
    FOR EACH ROW EXECUTE FUNCTION membership_sheet_answer_of_one_joined();
"""
NO_GUARD = """
DROP TRIGGER sheet_answer_of_one_joined ON membership_sheetanswer;
DROP FUNCTION membership_sheet_answer_of_one_joined();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("associations", "0010_join_items"),
        ("files", "0001_initial"),
        ("membership", "0011_step_newest_first"),
    ]

    operations = [
        migrations.CreateModel(
            name="SheetAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="何番目か")),
                ("label", models.CharField(max_length=60, verbose_name="尋ねたときの言葉")),
                ("is_required", models.BooleanField(verbose_name="必ず答えていただいたか")),
                ("words", models.TextField(blank=True, verbose_name="答え")),
                (
                    "file",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="添付",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="associations.joinitem",
                        verbose_name="尋ねたこと",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="membership.sheet",
                        verbose_name="申請書",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "item"), name="sheet_answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("file", None), ("words", ""), _connector="OR"),
                        name="sheet_answer_is_words_or_a_file",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, NO_GUARD),
    ]
