-- The same register as fast as PostgreSQL can give it: see raw.py.
DROP SCHEMA IF EXISTS raw CASCADE;
CREATE SCHEMA raw;
CREATE FUNCTION raw.grams(words text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(DISTINCT substr(word, place, 2))
    FROM unnest(words) word, generate_series(1, length(word) - 1) place
$$;
CREATE TABLE raw.project AS
SELECT p.id, p.number, p.name, county.code AS county, field.code AS field, p.year::int, p.stage,
       coalesce(money.received, money.committed) AS amount, lead.name AS lead, lead.id AS lead_id,
       array_to_string(p.name || parties.names, E'\n') AS names, raw.grams(p.name || parties.names) AS grams,
       coalesce(nullif(p.left_stage, ''), p.stage)
           IN ('under_way', 'finished', 'accepted', 'aftercare', 'closed') AS landed,
       people.number AS people
FROM projects_project p
LEFT JOIN LATERAL (
    SELECT home.code FROM projects_site s JOIN counties_division d ON d.id = s.division_id
    JOIN counties_division home ON home.id = d.home_id
    WHERE s.project_id = p.id ORDER BY home.code LIMIT 1) county ON true
LEFT JOIN LATERAL (
    SELECT f.code FROM projects_projectfield pf JOIN projects_field f ON f.id = pf.field_id
    WHERE pf.project_id = p.id AND pf.is_primary LIMIT 1) field ON true
LEFT JOIN LATERAL (
    SELECT sum(amount) FILTER (WHERE state = 'received') AS received,
           sum(amount) FILTER (WHERE state = 'committed') AS committed
    FROM projects_funding
    WHERE project_id = p.id AND voided_at IS NULL AND origin IN ('own', 'raised')) money ON true
LEFT JOIN LATERAL (
    SELECT sum(actual) AS number FROM projects_result
    WHERE project_id = p.id AND status = 'approved' AND unit = '人次') people ON true
LEFT JOIN LATERAL (
    SELECT o.id, o.name FROM projects_participation t JOIN orgs_organisation o ON o.id = t.organisation_id
    WHERE t.project_id = p.id AND t.role = 'lead' ORDER BY t.id LIMIT 1) lead ON true
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT o.name) AS names FROM projects_participation t
    JOIN orgs_organisation o ON o.id = t.organisation_id WHERE t.project_id = p.id) parties ON true;
ALTER TABLE raw.project ADD PRIMARY KEY (id);
CREATE INDEX ON raw.project (county, field, year, amount DESC NULLS LAST, id DESC);
CREATE INDEX ON raw.project (amount DESC NULLS LAST, id DESC);
CREATE INDEX ON raw.project (year, amount) INCLUDE (county, field, stage);
CREATE INDEX ON raw.project USING gin (grams) WITH (fastupdate = off);
CREATE TABLE raw.cube AS
SELECT year, field, county, stage, count(*)::int AS number FROM raw.project GROUP BY 1, 2, 3, 4;
CREATE INDEX ON raw.cube (year, field, county);
CREATE TABLE raw.whole AS SELECT count(*)::int AS number FROM raw.project;
CREATE TABLE raw.frequency AS
SELECT gram, count(*)::int AS number FROM raw.project, unnest(grams) gram GROUP BY gram;
ALTER TABLE raw.frequency ADD PRIMARY KEY (gram);
CREATE TABLE raw.circular AS
WITH landed AS (SELECT * FROM raw.project WHERE landed),
     parties AS (
         SELECT year, field, count(DISTINCT organisation_id) AS organisations
         FROM landed JOIN projects_participation t ON t.project_id = landed.id GROUP BY CUBE (year, field)),
     others AS (
         SELECT year, field, count(*) AS projects, count(DISTINCT county) AS counties, sum(amount) AS funds,
                sum(people) AS beneficiaries
         FROM landed GROUP BY CUBE (year, field))
SELECT others.year, others.field, projects, organisations, counties, funds, beneficiaries
FROM others JOIN parties ON (others.year, others.field) IS NOT DISTINCT FROM (parties.year, parties.field);
CREATE TABLE raw.django_session (session_key varchar(40) PRIMARY KEY, session_data text, expire_date timestamptz);
