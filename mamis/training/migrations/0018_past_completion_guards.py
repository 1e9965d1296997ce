"""過去の修了の守り：書いたあとは、取り消したことのほかは変わらず、消えない。だれも自分の修了を取り込めない。"""

from django.db import migrations

CREATE = """
CREATE FUNCTION training_past_completion_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'undone_at' = to_jsonb(OLD) - 'undone_at' AND OLD.undone_at IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a past completion is only undone, never changed' USING
        ERRCODE = 'check_violation', CONSTRAINT = 'past_completion_frozen';
END
$$;
CREATE TRIGGER past_completion_frozen
    BEFORE UPDATE OR DELETE ON training_pastcompletion
    FOR EACH ROW EXECUTE FUNCTION training_past_completion_frozen();

CREATE FUNCTION training_not_own_past_completion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entered_by_id = (SELECT user_id FROM doctors_doctor WHERE id = NEW.doctor_id) THEN
        RAISE EXCEPTION 'nobody enters their own completions' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'past_completion_not_entered_by_holder';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER past_completion_not_entered_by_holder
    BEFORE INSERT ON training_pastcompletion
    FOR EACH ROW EXECUTE FUNCTION training_not_own_past_completion();
"""

DROP = """
DROP TRIGGER past_completion_not_entered_by_holder ON training_pastcompletion;
DROP FUNCTION training_not_own_past_completion();
DROP TRIGGER past_completion_frozen ON training_pastcompletion;
DROP FUNCTION training_past_completion_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0017_past_completions")]

    operations = [migrations.RunSQL(CREATE, DROP)]
