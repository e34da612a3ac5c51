"""Which projects a person works with or may know of, as keys.

They are found, by indexes, and not asked of every project: `project IN (one SELECT UNION ALL another)` is a join that
PostgreSQL begins from the few, while `published OR mine` is put to all there are. Where a good part of the register is
published, that is the quicker way: both find the same.
"""

from counties.models.postings import within_posting
from registry.core.roles import Role
from registry.core.session_roles import session_is_told


def condition_is_quicker(user):
    """Whether `published or mine` is asked of each project: by strangers, who have nothing of their own, and where much
    of the register is published, as this session was told when it took its role (scope.sql)."""
    return not user.is_authenticated or session_is_told("bangfu.published = 'many'")


def keys_of_scope(user, parts, sites):
    """Keys, perhaps repeated, of the projects that `user` works with who is not one of those that read everything: a
    partner bureau those of its organisations, a county those on its ground, an organisation its own. `parts` and
    `sites` are all parties and all sites."""
    ways = _ways(user, parts, sites)
    return _together(ways) if ways else parts.none().values("project")


def keys_known_to(user, published, parts, sites):
    """The same of those that `user` may know of: the `published` ones and those of its scope."""
    return _together([published.order_by().values("pk"), *_ways(user, parts, sites)])


def _ways(user, parts, sites):
    if not (user.is_authenticated and user.is_active):
        return []
    found = []
    if user.holds(Role.PARTNER):
        found.append(parts.filter(within_posting(user, "organisation__authority__division__code")))
    if user.holds(Role.COUNTY):
        found.append(sites.filter(within_posting(user, "division__home__code")))
    if user.holds(Role.ORGANISATION):
        found.append(parts.filter(organisation__in=user.memberships.approved().values("organisation")))
    return [rows.order_by().values("project") for rows in found]


def _together(ways):
    return ways[0].union(*ways[1:], all=True) if len(ways) > 1 else ways[0]
