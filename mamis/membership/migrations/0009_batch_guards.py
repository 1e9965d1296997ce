"""まとめての記録の守り：結果は一度だけ書かれること、行が消えず、ほかの医師のものにならないこと、区分が同じ医師会のものであること。

守りの名が、引き金の名であり、断ったときに制約の名として出る。
"""

from django.db import migrations

LINE, CHANGE = "membership_batchline", "membership_batchchange"
CHANGED = "INSERT OR UPDATE"

# 書く前に断る：守りの名、表、いつ、断るとき、わけ。
BEFORE = (
    (
        "batch_line_ends_once",
        LINE,
        "UPDATE",
        "OLD.ended_at IS NOT NULL AND NEW IS DISTINCT FROM OLD",
        "the outcome of a line is written once",
    ),
    (
        "batch_line_keeps_its_place",
        LINE,
        "UPDATE",
        """(NEW.batch_id, NEW.position, NEW.doctor_id, NEW.step_id, NEW.seen)
            IS DISTINCT FROM (OLD.batch_id, OLD.position, OLD.doctor_id, OLD.step_id, OLD.seen)""",
        "a line keeps what was chosen",
    ),
    ("batch_line_stays", LINE, "DELETE", "true", "a line is never deleted"),
    (
        "batch_line_of_its_doctor",
        LINE,
        CHANGED,
        """EXISTS (
            SELECT 1 FROM membership_application application
            LEFT JOIN membership_step step ON step.application_id = application.id
            WHERE (application.id = NEW.application_id OR step.id = NEW.step_id)
                AND application.doctor_id <> NEW.doctor_id
        )""",
        "a line is about the doctor of its application",
    ),
    (
        "batch_change_within_an_association",
        CHANGE,
        CHANGED,
        """(SELECT association_id FROM associations_category WHERE id = NEW.category_before_id)
            <> (SELECT association_id FROM associations_category WHERE id = NEW.category_id)""",
        "a category changes to another of the same association",
    ),
)


def before(name: str, table: str, when: str, refused: str, why: str) -> migrations.RunSQL:
    answer = "OLD" if when == "DELETE" else "NEW"
    return migrations.RunSQL(
        f"""
CREATE FUNCTION membership_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF {refused} THEN
        RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
    END IF;
    RETURN {answer};
END
$$;
CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION membership_{name}();
""",
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION membership_{name}();",
    )


class Migration(migrations.Migration):
    dependencies = [("membership", "0008_category_batches")]

    operations = [before(*guard) for guard in BEFORE]
