"""受付番号と修了証番号の数え手、自分の申請・単位を自分で決められないという守り。"""

from django.db import migrations

CREATE = """
CREATE SEQUENCE training_receipt_seq;
CREATE SEQUENCE training_certificate_seq;

CREATE FUNCTION training_not_own_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by_id = (SELECT user_id FROM doctors_doctor WHERE id = NEW.doctor_id) THEN
        RAISE EXCEPTION 'nobody decides their own application' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'completion_not_decided_by_applicant';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER completion_not_decided_by_applicant
    BEFORE INSERT OR UPDATE ON training_completionapplication
    FOR EACH ROW EXECUTE FUNCTION training_not_own_case();

CREATE FUNCTION training_not_own_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.party = 'office' AND NEW.by_user_id = (
        SELECT doctor.user_id
        FROM training_completionapplication application
        JOIN doctors_doctor doctor ON doctor.id = application.doctor_id
        WHERE application.id = NEW.application_id
    ) THEN
        RAISE EXCEPTION 'nobody decides their own application' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'completion_history_not_by_applicant';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER completion_history_not_by_applicant
    BEFORE INSERT ON training_completionhistory
    FOR EACH ROW EXECUTE FUNCTION training_not_own_history();

CREATE FUNCTION training_not_own_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entered_by_id = (SELECT user_id FROM doctors_doctor WHERE id = NEW.doctor_id) THEN
        RAISE EXCEPTION 'nobody enters their own credits' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'credit_not_entered_by_holder';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER credit_not_entered_by_holder
    BEFORE INSERT ON training_creditline
    FOR EACH ROW EXECUTE FUNCTION training_not_own_credit();
"""

DROP = """
DROP TRIGGER credit_not_entered_by_holder ON training_creditline;
DROP FUNCTION training_not_own_credit();
DROP TRIGGER completion_history_not_by_applicant ON training_completionhistory;
DROP FUNCTION training_not_own_history();
DROP TRIGGER completion_not_decided_by_applicant ON training_completionapplication;
DROP FUNCTION training_not_own_case();
DROP SEQUENCE training_certificate_seq;
DROP SEQUENCE training_receipt_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
