"""上の層の在籍は、下の層の在籍のうちにある（membership.md §2.1、§2.4）。取引の終わりに確かめる。"""

from django.db import migrations

CREATE = """
CREATE FUNCTION membership_chain() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE CONSTRAINT TRIGGER membership_chain
    AFTER INSERT OR UPDATE OR DELETE ON membership_membership
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION membership_chain();
"""

DROP = """
DROP TRIGGER membership_chain ON membership_membership;
DROP FUNCTION membership_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("membership", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
