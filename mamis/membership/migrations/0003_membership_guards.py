"""在籍の守りを固める。

会員区分は、その在籍の医師会のもの（membership.md §3.2）。在籍の行を別の医師に付け替えても、もとの医師の在籍を確かめる。
同じ医師の在籍を同時に変える二つの取引は、終わりに一つずつ確かめる。
"""

from django.db import migrations

CHAIN = """
CREATE OR REPLACE FUNCTION membership_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
BEGIN
    FOR checked IN
        SELECT DISTINCT id FROM unnest(ARRAY[
            CASE WHEN TG_OP <> 'DELETE' THEN NEW.doctor_id END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.doctor_id END
        ]) id WHERE id IS NOT NULL ORDER BY id
    LOOP
        PERFORM 1 FROM doctors_doctor WHERE id = checked FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT 1
            FROM membership_membership upper_seat
            JOIN associations_association upper_body ON upper_body.id = upper_seat.association_id
            WHERE upper_seat.doctor_id = checked
              AND upper_body.tier <> 'district'
              AND NOT daterange(upper_seat.joined_on, upper_seat.left_on) <@ COALESCE((
                  SELECT range_agg(daterange(lower_seat.joined_on, lower_seat.left_on))
                  FROM membership_membership lower_seat
                  JOIN associations_association lower_body ON lower_body.id = lower_seat.association_id
                  WHERE lower_seat.doctor_id = checked AND lower_body.parent_id = upper_body.id
              ), '{}'::datemultirange)
        ) THEN
            RAISE EXCEPTION 'a seat in an upper tier needs the tier below' USING
                ERRCODE = 'check_violation', CONSTRAINT = 'membership_chain';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;
"""

CHAIN_BEFORE = """
CREATE OR REPLACE FUNCTION membership_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint := COALESCE(NEW.doctor_id, OLD.doctor_id);
BEGIN
    IF EXISTS (
        SELECT 1
        FROM membership_membership upper_seat
        JOIN associations_association upper_body ON upper_body.id = upper_seat.association_id
        WHERE upper_seat.doctor_id = checked
          AND upper_body.tier <> 'district'
          AND NOT daterange(upper_seat.joined_on, upper_seat.left_on) <@ COALESCE((
              SELECT range_agg(daterange(lower_seat.joined_on, lower_seat.left_on))
              FROM membership_membership lower_seat
              JOIN associations_association lower_body ON lower_body.id = lower_seat.association_id
              WHERE lower_seat.doctor_id = checked AND lower_body.parent_id = upper_body.id
          ), '{}'::datemultirange)
    ) THEN
        RAISE EXCEPTION 'a seat in an upper tier needs the tier below' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'membership_chain';
    END IF;
    RETURN NULL;
END
$$;
"""

CATEGORY = """
CREATE FUNCTION membership_own_category() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT association_id FROM associations_category WHERE id = NEW.category_id)
        <> (SELECT association_id FROM membership_membership WHERE id = NEW.membership_id)
    THEN
        RAISE EXCEPTION 'a category belongs to the association of the seat' USING
            ERRCODE = 'check_violation', CONSTRAINT = 'membership_category_of_its_association';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER membership_category_of_its_association
    BEFORE INSERT OR UPDATE ON membership_membershipcategory
    FOR EACH ROW EXECUTE FUNCTION membership_own_category();
"""

CATEGORY_BEFORE = """
DROP TRIGGER membership_category_of_its_association ON membership_membershipcategory;
DROP FUNCTION membership_own_category();
"""


class Migration(migrations.Migration):
    dependencies = [("membership", "0002_membership_chain")]

    operations = [migrations.RunSQL(CHAIN, CHAIN_BEFORE), migrations.RunSQL(CATEGORY, CATEGORY_BEFORE)]
