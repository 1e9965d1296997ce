"""届出の守り：通し番号、自分の届出を自分で決められないこと、決まった届出に決まらない段がないこと、手を離すこと。

守りの名が、引き金の名であり、断ったときに制約の名として出る。
"""

from django.db import migrations

APPLICATION, STEP, CLAIM = "membership_application", "membership_step", "membership_claim"
CHANGED = "INSERT OR UPDATE"

# 書く前に断る：守りの名、表、いつ、断るとき、わけ。
BEFORE = (
    (
        "step_not_decided_by_applicant",
        STEP,
        CHANGED,
        """NEW.decided_by_id = (
            SELECT doctor.user_id
            FROM membership_application application
            JOIN doctors_doctor doctor ON doctor.id = application.doctor_id
            WHERE application.id = NEW.application_id
        )""",
        "nobody decides their own application",
    ),
    (
        "step_keeps_its_place",
        STEP,
        "UPDATE",
        """(NEW.application_id, NEW.association_id, NEW.position, NEW.task)
            IS DISTINCT FROM (OLD.application_id, OLD.association_id, OLD.position, OLD.task)""",
        "a step keeps its place",
    ),
    (
        "step_category_of_its_association",
        STEP,
        CHANGED,
        """EXISTS (
            SELECT 1 FROM associations_category
            WHERE id IN (NEW.category_id, NEW.category_before_id) AND association_id <> NEW.association_id
        )""",
        "a category belongs to the association of the step",
    ),
    ("step_stays", STEP, "DELETE", "true", "a step is never deleted"),
    ("claim_stays", CLAIM, "DELETE", "true", "a claim is never deleted"),
    (
        "claim_of_its_doctor",
        CLAIM,
        CHANGED,
        "NEW.doctor_id <> (SELECT doctor_id FROM membership_application WHERE id = NEW.application_id)",
        "a claim is on the seats of the applicant",
    ),
    ("application_stays", APPLICATION, "DELETE", "true", "an application is never deleted"),
    (
        "application_keeps_whose_it_is",
        APPLICATION,
        "UPDATE",
        """(NEW.doctor_id, NEW.kind, NEW.receipt_no, NEW.first_submitted_at)
            IS DISTINCT FROM (OLD.doctor_id, OLD.kind, OLD.receipt_no, OLD.first_submitted_at)""",
        "an application keeps whose and what it is",
    ),
    (
        "application_ends_once",
        APPLICATION,
        "UPDATE",
        "OLD.state IN ('finished', 'rejected', 'withdrawn') AND NEW.state <> OLD.state",
        "an ended application does not come back",
    ),
)

# 取引の終わりに確かめる：守りの名、表、断るとき（checked が届出、state がその状態）、わけ。
AT_THE_END = (
    (
        "application_finished_by_every_step",
        (APPLICATION, STEP),
        """state = 'finished' AND EXISTS (
            SELECT 1 FROM membership_step step
            WHERE step.application_id = checked AND step.state NOT IN ('approved', 'confirmed', 'lapsed')
        )""",
        "a finished application has no undecided step",
    ),
    (
        "application_ended_with_its_steps",
        (APPLICATION, STEP),
        """state IN ('rejected', 'withdrawn') AND EXISTS (
            SELECT 1 FROM membership_step step
            WHERE step.application_id = checked AND step.state IN ('waiting', 'open', 'returned', 'held')
        )""",
        "an ended application has no undecided step",
    ),
    (
        "application_claims_while_it_lives",
        (APPLICATION, CLAIM),
        """(state IN ('in-review', 'returned', 'held')) <> EXISTS (
            SELECT 1 FROM membership_claim WHERE application_id = checked AND released_at IS NULL
        )""",
        "an application claims its seats exactly while it lives",
    ),
    (
        "application_has_its_sheet",
        (APPLICATION,),
        "NOT EXISTS (SELECT 1 FROM membership_sheet WHERE application_id = checked)",
        "an application has its sheet",
    ),
)


def function(name: str, declared: str, refused: str, why: str, answer: str) -> str:
    return f"""
CREATE FUNCTION membership_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
{declared}BEGIN
    IF {refused} THEN
        RAISE EXCEPTION '{why}' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
    END IF;
    RETURN {answer};
END
$$;
"""


def before(name: str, table: str, when: str, refused: str, why: str) -> migrations.RunSQL:
    made = function(name, "", refused, why, "OLD" if when == "DELETE" else "NEW")
    return migrations.RunSQL(
        f"{made}CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW EXECUTE FUNCTION membership_{name}();",
        f"DROP TRIGGER {name} ON {table}; DROP FUNCTION membership_{name}();",
    )


def at_the_end(name: str, tables: tuple[str, ...], refused: str, why: str) -> migrations.RunSQL:
    declared = f"""DECLARE
    checked bigint := (
        to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN '{APPLICATION}' THEN 'id' ELSE 'application_id' END
    )::bigint;
    state text := (SELECT application.state FROM {APPLICATION} application WHERE id = checked);
"""
    triggers = [
        f"CREATE CONSTRAINT TRIGGER {name} AFTER {CHANGED} ON {table}"
        f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_{name}();"
        for table in tables
    ]
    dropped = [f"DROP TRIGGER {name} ON {table};" for table in tables]
    return migrations.RunSQL(
        function(name, declared, refused, why, "NULL") + "\n".join(triggers),
        " ".join([*dropped, f"DROP FUNCTION membership_{name}();"]),
    )


class Migration(migrations.Migration):
    dependencies = [("membership", "0004_applications")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE membership_receipt_seq", "DROP SEQUENCE membership_receipt_seq"),
        *(before(*guard) for guard in BEFORE),
        *(at_the_end(*guard) for guard in AT_THE_END),
    ]
