"""代理を引き受けた人は、その医師の申請も単位も決められない。代わりにした申請も、あとから決められない。"""

from django.db import migrations

# いまの守りに、代理を足したもの。決めたあとで代理になった人の行は、そのまま書き換えられる。下は、足す前のもの。
NEW = """
CREATE FUNCTION training_is_own(person bigint, doctor bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM doctors_doctor WHERE id = doctor AND user_id = person)
$$;
CREATE FUNCTION training_acts_for(person bigint, doctor bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM doctors_delegation WHERE doctor_id = doctor AND user_id = person AND ended_at IS NULL
    )
$$;
CREATE OR REPLACE FUNCTION training_not_own_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF training_is_own(NEW.decided_by_id, NEW.doctor_id) OR (
        (TG_OP = 'INSERT' OR NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id)
        AND training_acts_for(NEW.decided_by_id, NEW.doctor_id)
    ) THEN
        RAISE EXCEPTION 'nobody decides their own application' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'completion_not_decided_by_applicant';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION training_not_own_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    doctor bigint := (SELECT doctor_id FROM training_completionapplication WHERE id = NEW.application_id);
BEGIN
    IF NEW.party = 'office' AND (
        training_is_own(NEW.by_user_id, doctor)
        OR training_acts_for(NEW.by_user_id, doctor)
        OR EXISTS (
            SELECT 1 FROM training_completionhistory
            WHERE application_id = NEW.application_id AND party = 'doctor' AND by_user_id = NEW.by_user_id
        )
    ) THEN
        RAISE EXCEPTION 'nobody decides their own application' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'completion_history_not_by_applicant';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION training_not_own_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF training_is_own(NEW.entered_by_id, NEW.doctor_id) OR training_acts_for(NEW.entered_by_id, NEW.doctor_id) THEN
        RAISE EXCEPTION 'nobody enters their own credits' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'credit_not_entered_by_holder';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION training_not_own_handbook() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF training_is_own(NEW.entered_by_id, NEW.doctor_id)
        OR training_is_own(NEW.confirmed_by_id, NEW.doctor_id)
        OR (
            (TG_OP = 'INSERT' OR NEW.entered_by_id IS DISTINCT FROM OLD.entered_by_id)
            AND training_acts_for(NEW.entered_by_id, NEW.doctor_id)
        )
        OR (
            (TG_OP = 'INSERT' OR NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
            AND training_acts_for(NEW.confirmed_by_id, NEW.doctor_id)
        )
    THEN
        RAISE EXCEPTION 'nobody enters or confirms their own handbook' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'handbook_not_by_holder';
    END IF;
    RETURN NEW;
END
$$;
"""

OLD = """
CREATE OR REPLACE FUNCTION training_not_own_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.decided_by_id = (SELECT user_id FROM doctors_doctor WHERE id = NEW.doctor_id) THEN
        RAISE EXCEPTION 'nobody decides their own application' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'completion_not_decided_by_applicant';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION training_not_own_history() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION training_not_own_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entered_by_id = (SELECT user_id FROM doctors_doctor WHERE id = NEW.doctor_id) THEN
        RAISE EXCEPTION 'nobody enters their own credits' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'credit_not_entered_by_holder';
    END IF;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION training_not_own_handbook() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT user_id FROM doctors_doctor WHERE id = NEW.doctor_id) IN (NEW.entered_by_id, NEW.confirmed_by_id) THEN
        RAISE EXCEPTION 'nobody enters or confirms their own handbook' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'handbook_not_by_holder';
    END IF;
    RETURN NEW;
END
$$;
DROP FUNCTION training_acts_for(bigint, bigint);
DROP FUNCTION training_is_own(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("training", "0015_delegates"), ("doctors", "0006_delegations")]

    operations = [migrations.RunSQL(NEW, OLD)]
