"""取り消しの行は元の行の写しであり、修了証は承認された申請のもので、出たあとは取り消しのほか変わらない。"""

from django.db import migrations

CREATE = """
CREATE FUNCTION training_reversal_mirrors() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM training_creditline line
        WHERE line.id = NEW.reverses_id AND line.reverses_id IS NULL AND line.doctor_id = NEW.doctor_id
          AND line.programme_id = NEW.programme_id AND line.kind = NEW.kind AND line.earned_on = NEW.earned_on
          AND line.half_units = -NEW.half_units
    ) THEN
        RAISE EXCEPTION 'a reversal mirrors the line it reverses' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'credit_reversal_mirrors_its_line';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER credit_reversal_mirrors_its_line
    BEFORE INSERT ON training_creditline
    FOR EACH ROW EXECUTE FUNCTION training_reversal_mirrors();

CREATE FUNCTION training_certificate_of_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM training_completionapplication application
        WHERE application.id = NEW.application_id AND application.state = 'approved'
          AND application.doctor_id = NEW.doctor_id AND application.programme_id = NEW.programme_id
    ) THEN
        RAISE EXCEPTION 'a certificate needs an approved application of its holder' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'certificate_of_approved_application';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER certificate_of_approved_application
    BEFORE INSERT ON training_certificate
    FOR EACH ROW EXECUTE FUNCTION training_certificate_of_approval();

CREATE FUNCTION training_certificate_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'revoked_at' = to_jsonb(OLD) - 'revoked_at' AND OLD.revoked_at IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a certificate is only revoked, never changed' USING
        ERRCODE = 'check_violation', CONSTRAINT = 'certificate_frozen';
END
$$;
CREATE TRIGGER certificate_frozen
    BEFORE UPDATE OR DELETE ON training_certificate
    FOR EACH ROW EXECUTE FUNCTION training_certificate_frozen();
"""

DROP = """
DROP TRIGGER certificate_frozen ON training_certificate;
DROP FUNCTION training_certificate_frozen();
DROP TRIGGER certificate_of_approved_application ON training_certificate;
DROP FUNCTION training_certificate_of_approval();
DROP TRIGGER credit_reversal_mirrors_its_line ON training_creditline;
DROP FUNCTION training_reversal_mirrors();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0003_programmes")]

    operations = [migrations.RunSQL(CREATE, DROP)]
