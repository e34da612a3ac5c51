"""The database's own guard against promising one gap twice, whichever door a pledge comes through."""

from pgtrigger import Condition, Insert, Update

from registry.core.triggers import Guard

BINDING = ("accepted", "confirmed", "signed", "carried")
"""States of a pledge that reduce a need's gap."""

_BINDING = ", ".join(f"'{status}'" for status in BINDING)
_BODY = """
BEGIN
    PERFORM 1 FROM projects_need WHERE id = {need} FOR UPDATE;
    IF EXISTS (
        SELECT 1
        FROM projects_needitem wanted
        JOIN projects_pledgeitem offered ON offered.need_item_id = wanted.id
        JOIN projects_pledge pledge ON pledge.id = offered.pledge_id
        WHERE wanted.need_id = {need} AND pledge.status IN ({binding})
        GROUP BY wanted.id
        HAVING sum(coalesce(offered.amount, offered.quantity)) > max(coalesce(wanted.amount, wanted.quantity))
            OR bool_or(pledge.need_id IS DISTINCT FROM wanted.need_id)
            OR bool_or((offered.kind, offered.unit) <> (wanted.kind, wanted.unit))
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', TABLE = TG_TABLE_NAME,
            MESSAGE = 'binding pledges go beyond what the need wants';
    END IF;
    RETURN NULL;
END
"""


def within_need(need, condition=None):
    """The guard on one of the three tables; `need` is the SQL of the need's id. Waits for other transactions
    that promise to the same need, so that none can check before the other commits."""
    body = _BODY.format(need=need, binding=_BINDING)
    return Guard(name="within_need", operation=Insert | Update, condition=condition, body=body)


PLEDGE_GUARD = within_need("NEW.need_id", Condition(f"NEW.need_id IS NOT NULL AND NEW.status IN ({_BINDING})"))
PLEDGE_ITEM_GUARD = within_need(
    "(SELECT need_id FROM projects_needitem WHERE id = NEW.need_item_id)", Condition("NEW.need_item_id IS NOT NULL")
)
NEED_ITEM_GUARD = within_need("NEW.need_id")
