-- Whose rows a member's session finds. The settings are made by `enter` for each transaction; each function is evaluated
-- once for each policy of a statement. They run with the owner's rights, so that they see the tables behind the policies.

CREATE SCHEMA scope;

CREATE FUNCTION scope.person() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('bangfu.member', true), '')::bigint
$$;

CREATE FUNCTION scope.told(what text) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('bangfu.' || what, true), ''), '{}')::text[]
$$;

CREATE FUNCTION scope.stem(code text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN code LIKE '__0000' THEN left(code, 2) WHEN code LIKE '____00' THEN left(code, 4) ELSE code END
$$;

CREATE FUNCTION scope.told_again(names text[]) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT string_agg(format('SET LOCAL bangfu.%I = %L', name, current_setting('bangfu.' || name)), '; ')
    FROM unnest(names) name
$$;

-- Sets, for the transaction, who asks: person, organisations spoken for, whether as an organisation, the divisions that
-- lie, by today's county, within one that is served as a county, codes served as a partner bureau; and whether `many` or
-- `few` projects are published, as far as PostgreSQL has counted them. Returns the statements that set the same in another
-- transaction, and ask nothing for it.
CREATE FUNCTION scope.enter(asking bigint) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    names text[] := ARRAY['member', 'organisations', 'leading', 'grounds', 'offices', 'partner', 'published'];
    roles text[];
    spoken_for text[];
    stems text[];
    grounds text[];
BEGIN
    IF asking IS NULL OR NOT EXISTS (SELECT FROM core_user WHERE id = asking AND is_active) THEN
        PERFORM set_config('bangfu.' || name, '', true) FROM unnest(names) name;
        RETURN scope.told_again(names);
    END IF;
    roles := ARRAY(
        SELECT g.name FROM core_userrole r JOIN auth_group g ON g.id = r.group_id WHERE r.user_id = asking
    );
    spoken_for := ARRAY(
        SELECT organisation_id FROM orgs_membership WHERE user_id = asking AND status = 'approved'
    );
    stems := ARRAY(
        SELECT scope.stem(d.code) FROM counties_posting p JOIN counties_division d ON d.id = p.division_id
        WHERE p.user_id = asking AND p.starts_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date
        AND (p.ends_on IS NULL OR p.ends_on > (now() AT TIME ZONE 'Asia/Shanghai')::date)
    );
    IF 'county' = ANY(roles) THEN  -- once a request, since nearly every statement of theirs asks for them
        grounds := ARRAY(
            SELECT d.id FROM unnest(stems) stem
            JOIN counties_division h ON starts_with(h.code, stem) JOIN counties_division d ON d.home_id = h.id
        );
    END IF;
    PERFORM set_config('bangfu.member', asking::text, true),
        set_config('bangfu.organisations', spoken_for::text, true),
        set_config('bangfu.leading', CASE WHEN 'organisation' = ANY(roles) THEN spoken_for::text ELSE '' END, true),
        set_config('bangfu.grounds', coalesce(grounds::text, ''), true),
        set_config('bangfu.offices', CASE WHEN 'partner' = ANY(roles) THEN stems::text ELSE '' END, true),
        set_config('bangfu.partner', ('partner' = ANY(roles))::text, true),
        set_config('bangfu.published', (
            SELECT CASE WHEN p.reltuples > 0.05 * w.reltuples THEN 'many' ELSE 'few' END FROM pg_class w
            LEFT JOIN pg_class p ON p.oid = to_regclass('public.project_published')
            WHERE w.oid = 'public.projects_project'::regclass
        ), true);
    RETURN scope.told_again(names);
END $$;

CREATE FUNCTION scope.is_partner() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('bangfu.partner', true), ''), 'false')::boolean
$$;

-- Keys are handed on as arrays: a set would be asked of its function row by row, which took seven times as long.
CREATE FUNCTION scope.keys_told(what text) RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT scope.told(what)::bigint[]
$$;

CREATE FUNCTION scope.organisations() RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT scope.keys_told('organisations')
$$;

CREATE FUNCTION scope.leading() RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT scope.keys_told('leading')
$$;

CREATE FUNCTION scope.grounds() RETURNS bigint[] LANGUAGE sql STABLE AS $$
    SELECT scope.keys_told('grounds')
$$;

-- Organisations that are registered within a partner bureau's jurisdiction.
CREATE FUNCTION scope.registered() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY(
        SELECT o.id FROM unnest(scope.told('offices')) stem
        JOIN counties_division d ON starts_with(d.code, stem)
        JOIN orgs_authority a ON a.division_id = d.id JOIN orgs_organisation o ON o.authority_id = a.id
    )
$$;

-- Asked by every policy of a statement: by arrays, since for a join PostgreSQL would read all sites and parties. A key
-- may stand in it more than once.
CREATE FUNCTION scope.projects() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY(
        SELECT project_id FROM projects_participation
        WHERE organisation_id = ANY ((SELECT scope.leading() || scope.registered())::bigint[])
        UNION ALL SELECT project_id FROM projects_site WHERE division_id = ANY ((SELECT scope.grounds())::bigint[])
    )
$$;

CREATE FUNCTION scope.pledges() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT ARRAY(
        SELECT id FROM projects_pledge WHERE organisation_id = ANY ((SELECT scope.leading())::bigint[])
        UNION ALL SELECT id FROM projects_pledge
        WHERE status <> 'draft' AND organisation_id IN (SELECT unnest(scope.registered()))
        UNION ALL SELECT p.id FROM projects_pledge p LEFT JOIN projects_need n ON n.id = p.need_id
        WHERE p.accepted_at IS NOT NULL AND (
            p.county_id IN (SELECT unnest(scope.grounds())) OR n.county_id IN (SELECT unnest(scope.grounds()))
        )
    )
$$;

-- Whether the public entry of a project was withdrawn after this version. A policy cannot ask its own table.
CREATE FUNCTION scope.was_withdrawn(project bigint, version bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM projects_publication WHERE project_id = project AND kind = 'withdrawal' AND serial > version
    )
$$;
