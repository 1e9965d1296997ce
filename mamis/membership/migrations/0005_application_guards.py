"""届出の守り：通し番号、自分の届出を自分で決められないこと、決まった届出に決まらない段がないこと、手を離すこと。"""

from django.db import migrations

CREATE = """
CREATE SEQUENCE membership_receipt_seq;

CREATE FUNCTION membership_step_not_decided_by_applicant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by_id = (
        SELECT doctor.user_id
        FROM membership_application application
        JOIN doctors_doctor doctor ON doctor.id = application.doctor_id
        WHERE application.id = NEW.application_id
    ) THEN
        RAISE EXCEPTION 'nobody decides their own application' USING ERRCODE = 'check_violation', CONSTRAINT = 'step_not_decided_by_applicant';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER step_not_decided_by_applicant BEFORE INSERT OR UPDATE ON membership_step
    FOR EACH ROW EXECUTE FUNCTION membership_step_not_decided_by_applicant();

CREATE FUNCTION membership_step_keeps_its_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.application_id, NEW.association_id, NEW.position, NEW.task)
        IS DISTINCT FROM (OLD.application_id, OLD.association_id, OLD.position, OLD.task) THEN
        RAISE EXCEPTION 'a step keeps its place' USING ERRCODE = 'check_violation', CONSTRAINT = 'step_keeps_its_place';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER step_keeps_its_place BEFORE UPDATE ON membership_step
    FOR EACH ROW EXECUTE FUNCTION membership_step_keeps_its_place();

CREATE FUNCTION membership_step_category_of_its_association() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM associations_category
        WHERE id IN (NEW.category_id, NEW.category_before_id) AND association_id <> NEW.association_id
    ) THEN
        RAISE EXCEPTION 'a category belongs to the association of the step' USING ERRCODE = 'check_violation', CONSTRAINT = 'step_category_of_its_association';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER step_category_of_its_association BEFORE INSERT OR UPDATE ON membership_step
    FOR EACH ROW EXECUTE FUNCTION membership_step_category_of_its_association();

CREATE FUNCTION membership_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF true THEN
        RAISE EXCEPTION 'a step is never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'step_stays';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER step_stays BEFORE DELETE ON membership_step
    FOR EACH ROW EXECUTE FUNCTION membership_step_stays();

CREATE FUNCTION membership_claim_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF true THEN
        RAISE EXCEPTION 'a claim is never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_stays';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER claim_stays BEFORE DELETE ON membership_claim
    FOR EACH ROW EXECUTE FUNCTION membership_claim_stays();

CREATE FUNCTION membership_claim_of_its_doctor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.doctor_id <> (SELECT doctor_id FROM membership_application WHERE id = NEW.application_id) THEN
        RAISE EXCEPTION 'a claim is on the seats of the applicant' USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_of_its_doctor';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER claim_of_its_doctor BEFORE INSERT OR UPDATE ON membership_claim
    FOR EACH ROW EXECUTE FUNCTION membership_claim_of_its_doctor();

CREATE FUNCTION membership_application_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF true THEN
        RAISE EXCEPTION 'an application is never deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'application_stays';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER application_stays BEFORE DELETE ON membership_application
    FOR EACH ROW EXECUTE FUNCTION membership_application_stays();

CREATE FUNCTION membership_application_keeps_whose_it_is() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.doctor_id, NEW.kind, NEW.receipt_no, NEW.first_submitted_at)
        IS DISTINCT FROM (OLD.doctor_id, OLD.kind, OLD.receipt_no, OLD.first_submitted_at) THEN
        RAISE EXCEPTION 'an application keeps whose and what it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'application_keeps_whose_it_is';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER application_keeps_whose_it_is BEFORE UPDATE ON membership_application
    FOR EACH ROW EXECUTE FUNCTION membership_application_keeps_whose_it_is();

CREATE FUNCTION membership_application_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('finished', 'rejected', 'withdrawn') AND NEW.state <> OLD.state THEN
        RAISE EXCEPTION 'an ended application does not come back' USING ERRCODE = 'check_violation', CONSTRAINT = 'application_ends_once';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER application_ends_once BEFORE UPDATE ON membership_application
    FOR EACH ROW EXECUTE FUNCTION membership_application_ends_once();

CREATE FUNCTION membership_application_finished_by_every_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'membership_application' THEN 'id' ELSE 'application_id' END)::bigint;
    state text := (SELECT application.state FROM membership_application application WHERE id = checked);
BEGIN
    IF state = 'finished' AND EXISTS (
        SELECT 1 FROM membership_step step
        WHERE step.application_id = checked AND step.state NOT IN ('approved', 'confirmed', 'lapsed')
    ) THEN
        RAISE EXCEPTION 'a finished application has no undecided step' USING ERRCODE = 'check_violation', CONSTRAINT = 'application_finished_by_every_step';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER application_finished_by_every_step AFTER INSERT OR UPDATE ON membership_application
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_application_finished_by_every_step();
CREATE CONSTRAINT TRIGGER application_finished_by_every_step AFTER INSERT OR UPDATE ON membership_step
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_application_finished_by_every_step();

CREATE FUNCTION membership_application_ended_with_its_steps() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'membership_application' THEN 'id' ELSE 'application_id' END)::bigint;
    state text := (SELECT application.state FROM membership_application application WHERE id = checked);
BEGIN
    IF state IN ('rejected', 'withdrawn') AND EXISTS (
        SELECT 1 FROM membership_step step
        WHERE step.application_id = checked AND step.state IN ('waiting', 'open', 'returned', 'held')
    ) THEN
        RAISE EXCEPTION 'an ended application has no undecided step' USING ERRCODE = 'check_violation', CONSTRAINT = 'application_ended_with_its_steps';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER application_ended_with_its_steps AFTER INSERT OR UPDATE ON membership_application
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_application_ended_with_its_steps();
CREATE CONSTRAINT TRIGGER application_ended_with_its_steps AFTER INSERT OR UPDATE ON membership_step
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_application_ended_with_its_steps();

CREATE FUNCTION membership_application_claims_while_it_lives() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'membership_application' THEN 'id' ELSE 'application_id' END)::bigint;
    state text := (SELECT application.state FROM membership_application application WHERE id = checked);
BEGIN
    IF (state IN ('in-review', 'returned', 'held')) <> EXISTS (
        SELECT 1 FROM membership_claim WHERE application_id = checked AND released_at IS NULL
    ) THEN
        RAISE EXCEPTION 'an application claims its seats exactly while it lives' USING ERRCODE = 'check_violation', CONSTRAINT = 'application_claims_while_it_lives';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER application_claims_while_it_lives AFTER INSERT OR UPDATE ON membership_application
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_application_claims_while_it_lives();
CREATE CONSTRAINT TRIGGER application_claims_while_it_lives AFTER INSERT OR UPDATE ON membership_claim
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_application_claims_while_it_lives();

CREATE FUNCTION membership_application_has_its_sheet() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := (to_jsonb(NEW) ->> CASE TG_TABLE_NAME WHEN 'membership_application' THEN 'id' ELSE 'application_id' END)::bigint;
    state text := (SELECT application.state FROM membership_application application WHERE id = checked);
BEGIN
    IF NOT EXISTS (SELECT 1 FROM membership_sheet WHERE application_id = checked) THEN
        RAISE EXCEPTION 'an application has its sheet' USING ERRCODE = 'check_violation', CONSTRAINT = 'application_has_its_sheet';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER application_has_its_sheet AFTER INSERT OR UPDATE ON membership_application
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION membership_application_has_its_sheet();
"""

DROP = """
DROP TRIGGER application_has_its_sheet ON membership_application;
DROP FUNCTION membership_application_has_its_sheet();
DROP TRIGGER application_claims_while_it_lives ON membership_application;
DROP TRIGGER application_claims_while_it_lives ON membership_claim;
DROP FUNCTION membership_application_claims_while_it_lives();
DROP TRIGGER application_ended_with_its_steps ON membership_application;
DROP TRIGGER application_ended_with_its_steps ON membership_step;
DROP FUNCTION membership_application_ended_with_its_steps();
DROP TRIGGER application_finished_by_every_step ON membership_application;
DROP TRIGGER application_finished_by_every_step ON membership_step;
DROP FUNCTION membership_application_finished_by_every_step();
DROP TRIGGER application_ends_once ON membership_application;
DROP FUNCTION membership_application_ends_once();
DROP TRIGGER application_keeps_whose_it_is ON membership_application;
DROP FUNCTION membership_application_keeps_whose_it_is();
DROP TRIGGER application_stays ON membership_application;
DROP FUNCTION membership_application_stays();
DROP TRIGGER claim_of_its_doctor ON membership_claim;
DROP FUNCTION membership_claim_of_its_doctor();
DROP TRIGGER claim_stays ON membership_claim;
DROP FUNCTION membership_claim_stays();
DROP TRIGGER step_stays ON membership_step;
DROP FUNCTION membership_step_stays();
DROP TRIGGER step_category_of_its_association ON membership_step;
DROP FUNCTION membership_step_category_of_its_association();
DROP TRIGGER step_keeps_its_place ON membership_step;
DROP FUNCTION membership_step_keeps_its_place();
DROP TRIGGER step_not_decided_by_applicant ON membership_step;
DROP FUNCTION membership_step_not_decided_by_applicant();
DROP SEQUENCE membership_receipt_seq;
"""


class Migration(migrations.Migration):
    dependencies = [("membership", "0004_applications")]

    operations = [migrations.RunSQL(CREATE, DROP)]
