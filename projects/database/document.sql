CREATE SCHEMA document;

-- A project as the interface gives it (projects/api/document.py), asked with the rights of whoever asks. `mine`: whether
-- the person works with it; what only those are told is read for nobody else. A function, since PostgreSQL then plans
-- twenty subqueries once a session instead of with each request, which took ten times as long as reading them.
CREATE FUNCTION document.of(key bigint, mine boolean) RETURNS text
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $document$ BEGIN RETURN (
SELECT json_build_object(
'project', (SELECT row_to_json(own) FROM (
    SELECT p.id, p.number, p.name, p.year, p.stage, p.version, c.code AS campaign, c.scheme, p.summary, p.approach,
           p.channel, p.planned_start, p.planned_end, p.actual_start, p.actual_end, p.source, p.quote, p.caution,
           p.visibility, p.status_reason, coalesce(nullif(u.name, ''), u.username) AS officer) own),
'parties', (SELECT json_agg(row_to_json(own) ORDER BY own.id) FROM (
    SELECT t.id, t.role, t.unnamed, t.unnamed_count, t.unnamed_qualifier, o.id AS organisation, o.name, o.name_en,
           o.code, o.status, e.name AS enterprise,
           (SELECT json_agg(json_build_array(f.until, f.name) ORDER BY f.until) FROM orgs_formername f
            WHERE f.organisation_id = o.id AND f.until IS NOT NULL) AS former
    FROM projects_participation t LEFT JOIN orgs_organisation o ON o.id = t.organisation_id
    LEFT JOIN orgs_enterprise e ON e.id = t.enterprise_id WHERE t.project_id = p.id) own),
'sites', (SELECT json_agg(row_to_json(own) ORDER BY own.id) FROM (
    SELECT t.id, t.address, d.code, d.name, d.name_en, h.code AS home, h.name AS home_name, h.name_en AS home_en
    FROM projects_site t JOIN counties_division d ON d.id = t.division_id
    LEFT JOIN counties_division h ON h.id = d.home_id WHERE t.project_id = p.id) own),
'fields', (SELECT json_agg(row_to_json(own) ORDER BY own.scheme, own.is_primary DESC, own.position) FROM (
    SELECT t.scheme, t.is_primary, f.position, f.code, f.name, f.name_en AS en
    FROM projects_projectfield t JOIN projects_field f ON f.id = t.field_id WHERE t.project_id = p.id) own),
'marks', (SELECT json_agg(row_to_json(own) ORDER BY own.id) FROM (
    SELECT t.id, t.kind, t.title, t.named_by, t.named_on FROM projects_projectmark t WHERE t.project_id = p.id) own),
'funding', (SELECT json_agg(row_to_json(own) ORDER BY own.id) FROM (
    SELECT t.id, t.state, t.kind, t.origin, coalesce(o.name, e.name) AS party, t.is_joint, t.amount::text, t.qualifier,
           t.wording, t.goods, t.quantity::text, t.unit, t.value_basis, t.occurred_on
    FROM projects_funding t LEFT JOIN orgs_organisation o ON o.id = t.organisation_id
    LEFT JOIN orgs_enterprise e ON e.id = t.enterprise_id WHERE t.project_id = p.id AND t.voided_at IS NULL) own),
'results', (SELECT json_agg(row_to_json(own) ORDER BY own.id) FROM (
    SELECT t.id, t.indicator, t.level, t.actual::text, t.unit, t.qualifier, t.wording, t.occurred_on, t.status
    FROM projects_result t WHERE t.project_id = p.id AND (mine OR t.status = 'approved')) own),
'agreements', (SELECT json_agg(row_to_json(own) ORDER BY own.signed_on DESC, own.id DESC) FROM (
    SELECT t.id, t.number, t.name, t.signed_on FROM projects_agreement t WHERE t.project_id = p.id) own),
'versions', (SELECT json_agg(json_build_object('serial', t.serial, 'published_at', t.published_at, 'note', t.note))
    FROM projects_publication t WHERE t.project_id = p.id AND t.kind <> 'withdrawal' AND NOT EXISTS (
        SELECT FROM projects_publication w
        WHERE w.project_id = t.project_id AND w.kind = 'withdrawal' AND w.serial > t.serial)),
'steps', CASE WHEN mine THEN (SELECT json_agg(row_to_json(own) ORDER BY own.position) FROM (
    SELECT t.id, t.position, t.stage, t.title, t.side, t.due_on, t.status, b.status AS before
    FROM projects_projectstep t LEFT JOIN projects_projectstep b ON b.id = t.depends_on_id
    WHERE t.project_id = p.id) own) END,
'due_soon', CASE WHEN mine THEN (SELECT due_soon_days FROM projects_lamprule LIMIT 1) END,
'difficulties', CASE WHEN mine THEN (SELECT json_agg(row_to_json(own) ORDER BY own.wanted_by, own.id) FROM (
    SELECT t.id, t.title, t.level, t.raised_side, t.status, t.wanted_by
    FROM projects_difficulty t WHERE t.project_id = p.id) own) END,
'documents', CASE WHEN mine THEN (
    SELECT json_agg(row_to_json(own) ORDER BY own.uploaded_at DESC, own.id DESC)
    FROM (SELECT t.id, t.kind, t.title, t.original_name, t.dated, t.uploaded_at FROM projects_document t
    WHERE t.id = ANY (ARRAY(
        SELECT d.id FROM projects_document d WHERE d.project_id = p.id
        UNION ALL SELECT d.id FROM projects_projectstep o JOIN projects_document d ON d.step_id = o.id
            WHERE o.project_id = p.id
        UNION ALL SELECT d.id FROM projects_funding o JOIN projects_document d ON d.funding_id = o.id
            WHERE o.project_id = p.id
        UNION ALL SELECT d.id FROM projects_result o JOIN projects_document d ON d.result_id = o.id
            WHERE o.project_id = p.id
        UNION ALL SELECT d.id FROM projects_agreement o JOIN projects_document d ON d.agreement_id = o.id
            WHERE o.project_id = p.id
        UNION ALL SELECT d.id FROM projects_monthlyreport o JOIN projects_document d ON d.report_id = o.id
            WHERE o.project_id = p.id AND o.status = 'approved'))) own) END
)::text
FROM projects_project p JOIN projects_campaign c ON c.id = p.campaign_id LEFT JOIN core_user u ON u.id = p.officer_id
WHERE p.id = key
); END $document$;
