"""修了証は、取り消すか、取り出される前に取りやめるほか変わらない。一件の実地研修の単位は、いちどに一つである。"""

import django.db.models.deletion
from django.db import migrations, models

FROZEN = """
CREATE OR REPLACE FUNCTION training_certificate_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND {same} THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a certificate is only revoked, never changed' USING
        ERRCODE = 'check_violation', CONSTRAINT = 'certificate_frozen';
END
$$;
"""
BEFORE = FROZEN.format(same="to_jsonb(NEW) - 'revoked_at' = to_jsonb(OLD) - 'revoked_at' AND OLD.revoked_at IS NULL")
AFTER = FROZEN.format(
    same="to_jsonb(NEW) - 'revoked_at' - 'voided_at' = to_jsonb(OLD) - 'revoked_at' - 'voided_at'"
    " AND OLD.revoked_at IS NULL AND OLD.voided_at IS NULL"
)

CREATE = """
CREATE FUNCTION training_void_before_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.voided_at IS NOT NULL
       AND EXISTS (SELECT 1 FROM training_certificatetaken taken WHERE taken.certificate_id = NEW.id) THEN
        RAISE EXCEPTION 'a certificate once taken is revoked, not voided' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'certificate_voided_before_taken';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER certificate_voided_before_taken
    BEFORE UPDATE ON training_certificate
    FOR EACH ROW EXECUTE FUNCTION training_void_before_taken();

CREATE FUNCTION training_taken_while_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM training_certificate certificate WHERE certificate.id = NEW.certificate_id
        AND certificate.revoked_at IS NULL AND certificate.voided_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a certificate withdrawn is not taken' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'certificate_taken_while_issued';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER certificate_taken_while_issued
    BEFORE INSERT ON training_certificatetaken
    FOR EACH ROW EXECUTE FUNCTION training_taken_while_issued();

CREATE FUNCTION training_credit_of_report_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.field_report_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM training_creditline line
        WHERE line.field_report_id = NEW.field_report_id
          AND NOT EXISTS (SELECT 1 FROM training_creditline reversal WHERE reversal.reverses_id = line.id)
    ) THEN
        RAISE EXCEPTION 'a report gives its credit once' USING
            ERRCODE = 'unique_violation', CONSTRAINT = 'credit_of_report_once';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER credit_of_report_once
    BEFORE INSERT ON training_creditline
    FOR EACH ROW EXECUTE FUNCTION training_credit_of_report_once();
"""

DROP = """
DROP TRIGGER credit_of_report_once ON training_creditline;
DROP FUNCTION training_credit_of_report_once();
DROP TRIGGER certificate_taken_while_issued ON training_certificatetaken;
DROP FUNCTION training_taken_while_issued();
DROP TRIGGER certificate_voided_before_taken ON training_certificate;
DROP FUNCTION training_void_before_taken();
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0010_counted_lines_of_certificates")]

    operations = [
        migrations.AlterField(
            "countedline",
            "certificate",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="counted_lines",
                to="training.certificate",
                verbose_name="修了証",
            ),
        ),
        migrations.RunSQL(AFTER, BEFORE),
        migrations.RunSQL(CREATE, DROP),
    ]
