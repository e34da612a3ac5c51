"""How a personal value lawfully leaves the trail (registry/core/sealing/redaction.py): the functions of three triggers'
worth of refusal, and the one that takes the values out."""

# Argument: message. An update of a record passes when it takes out columns that a redaction names, and nothing else.
CHANGE = """
CREATE FUNCTION bangfu_change_redacted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    named text[] := ARRAY(
        SELECT DISTINCT name FROM core_redaction r CROSS JOIN unnest(r.columns) name
        JOIN core_veil v ON v.change_id = r.change_id AND v.digests ? name
        WHERE r.change_id = OLD.id
    );
BEGIN
    IF cardinality(named) > 0
        AND to_jsonb(NEW) - ARRAY['before', 'after'] = to_jsonb(OLD) - ARRAY['before', 'after']
        AND NEW.before IS NOT DISTINCT FROM OLD.before - named AND NEW.after IS NOT DISTINCT FROM OLD.after - named
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$
"""

# Argument: message. A salt may only give way to a digest, and only of a column that a redaction names.
VEIL = """
CREATE FUNCTION bangfu_veil_redacted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone text[] := ARRAY(SELECT jsonb_object_keys(OLD.salts) EXCEPT SELECT jsonb_object_keys(NEW.salts));
    named text[] := ARRAY(
        SELECT name FROM core_redaction r CROSS JOIN unnest(r.columns) name WHERE r.change_id = OLD.change_id
    );
BEGIN
    IF NEW.change_id = OLD.change_id AND gone <@ named AND NEW.salts = OLD.salts - gone
        AND NEW.digests - gone = OLD.digests AND NEW.digests ?& gone
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = TG_ARGV[0], TABLE = TG_TABLE_NAME;
END $$
"""

# The digest of a value is made as registry/core/sealing/canonical.py makes it for the seal.
REDACT = """
CREATE FUNCTION bangfu_redact(redacted bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE
    named text[] := ARRAY(
        SELECT DISTINCT name FROM core_redaction r CROSS JOIN unnest(r.columns) name
        JOIN core_veil v ON v.change_id = r.change_id AND v.salts ? name WHERE r.change_id = redacted
    );
BEGIN
    UPDATE core_veil v SET salts = v.salts - named, digests = v.digests || (
        SELECT jsonb_object_agg(name, encode(sha256(convert_to(
            octet_length(v.salts ->> name) || ':' || (v.salts ->> name)
            || coalesce(octet_length((c.before -> name)::text) || ':' || (c.before -> name)::text, '-')
            || coalesce(octet_length((c.after -> name)::text) || ':' || (c.after -> name)::text, '-'), 'UTF8')), 'hex'))
        FROM core_change c CROSS JOIN unnest(named) name WHERE c.id = redacted
    ) WHERE v.change_id = redacted AND cardinality(named) > 0;
    UPDATE core_change SET before = before - named, after = after - named
    WHERE id = redacted AND cardinality(named) > 0;
END $$
"""

FUNCTIONS = (
    (CHANGE, "bangfu_change_redacted()"),
    (VEIL, "bangfu_veil_redacted()"),
    (REDACT, "bangfu_redact(bigint)"),
)
