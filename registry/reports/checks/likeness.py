"""Checks that look for what was entered twice: names that are alike.

To compare each name with each other one would take minutes. Names that are alike share a pair of neighbouring signs
that few other names have, so only such names are compared; that needs no list of words to be left out. Projects are
compared within their county, where a pair of signs is rare that the whole province is full of.
"""

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.core.prepared import Among
from registry.reports.figures.remembering import remembered

from .compared import MODELS, at_night, is_large, keep, kept
from .rule import NOW, Rule, Told

ALIKE = 0.5
"""Similarity by trigrams, 1 for equal names."""

RARE = 40
"""A pair of signs in more names than this says nothing."""

_PAIRS = """
    WITH named AS MATERIALIZED (SELECT row_number() OVER (ORDER BY id) AS place, one.* FROM ({named}) one),
    cut AS (
        SELECT place, circle, mark, name, start, substr(name, start, 2) AS sign
        FROM named, generate_series(1, length(name) - 1) start
    ),
    signs AS (
        SELECT place, circle, mark, sign COLLATE "C" AS sign FROM cut WHERE strpos(name, sign) = start
        UNION ALL SELECT place, circle, mark, name COLLATE "C" FROM named
    ),
    rare AS (
        SELECT array_agg(place) AS places, array_agg(mark) AS marks FROM signs
        GROUP BY circle, sign HAVING count(*) BETWEEN 2 AND %(rare)s
    ),
    near AS MATERIALIZED (
        SELECT DISTINCT a.place AS earlier, b.place AS later
        FROM rare, unnest(places, marks) a(place, mark), unnest(places, marks) b(place, mark)
        WHERE a.place < b.place AND (a.mark IS NULL OR b.mark IS NULL OR a.mark = b.mark)
    ),
    halves AS MATERIALIZED (SELECT near.later, a.* FROM near JOIN named a ON a.place = near.earlier),
    pairs AS (
        SELECT b.id AS later, a.id AS earlier, similarity(a.name, b.name) AS likeness
        FROM halves a JOIN named b ON b.place = a.later WHERE {only_if}
    )
    SELECT DISTINCT ON (later) later, earlier, likeness FROM pairs
    WHERE likeness >= %(alike)s ORDER BY later, likeness DESC, earlier
"""
"""Only names of one circle are compared, and the whole name is a sign too: equal names are found whatever they are
made of. Two different marks are two things, however alike their names: those pairs are left out before any is compared.
Places follow the keys. Who shares a rare sign stands in one array for each sign, so that no table of signs is joined
with itself; names are joined to the pairs one side after the other, or the planner would compare every name with every
other one first. Signs are told apart by their bytes: sorting them as a language does takes longer than all else."""

_ORGANISATIONS = _PAIRS.format(
    named="SELECT id, name, substr(code, 9, 9) AS mark, 0 AS circle FROM orgs_organisation WHERE status <> 'merged'",
    only_if="true",
)
"""The mark of a body is its number of registration, places 9 to 17 of the code."""

_PROJECTS = _PAIRS.format(
    named="""
        SELECT DISTINCT p.id, p.name, p.continues_id, NULL::text AS mark,
            dense_rank() OVER (ORDER BY p.campaign_id, coalesce(d.home_id, 0)) AS circle
        FROM projects_project p LEFT JOIN projects_site s ON s.project_id = p.id
        LEFT JOIN counties_division d ON d.id = s.division_id
    """,
    only_if="a.continues_id IS DISTINCT FROM b.id AND b.continues_id IS DISTINCT FROM a.id",
)
"""The circle of a project is its campaign in a county of today; a project in several counties stands in several."""


SQL = {"same-organisation": _ORGANISATIONS, "same-project": _PROJECTS}


def twins(code):
    """{key of the later row: key of the earlier one that it is most like} of the rule, as the session finds rows."""

    def ask():
        with connection.cursor() as cursor:
            cursor.execute(SQL[code], {"rare": RARE, "alike": ALIKE})
            return {later: earlier for later, earlier, _likeness in cursor.fetchall()}

    return remembered(("twins", code), ask)


def compare(progress):
    """Compare the names of each table that is too large for a page, and keep what is found; {code: number of pairs}."""
    codes = [code for code in SQL if is_large(code)]
    progress.of(len(codes))
    done = {}
    for code in codes:
        keep(code, found := twins(code))
        done[code] = len(found)
        progress.step()
    return done


def _known(code, asked):
    """(pairs, `Standing`), looked for once for all that a rule is asked: which rows, and what is to be told of them."""
    if code not in asked.known:
        asked.known[code] = kept(code) if at_night(code, asked.user) else (twins(code), NOW)
    return asked.known[code]


def _rule(code, *told, tell):
    """The rule with this code; `told` are its title, what it finds and why."""

    def find(rows, asked):
        return rows.filter(Among(F("pk"), list(_known(code, asked)[0]))).order_by("name", "pk")

    def along(rows, asked):
        """The earlier rows, those of them that the person may know of."""
        known, _standing = _known(code, asked)
        wanted = {known[row.pk] for row in rows if row.pk in known}
        found = type(rows[0]).objects.visible_to(asked.user).in_bulk(wanted)
        return {row.pk: found.get(known.get(row.pk)) for row in rows}

    return Rule(code, *told, MODELS[code], find, tell, along=along, stands=lambda asked: _known(code, asked)[1])


def _words(twin, mark):
    return _("Like “%(name)s” (%(mark)s).") % {"name": twin.name, "mark": mark} if twin else ""


def _tell_organisation(organisation, asked, earlier):
    twin = earlier[organisation.pk]
    words = _words(twin, twin and (twin.code or _("no code")))
    return Told(organisation.name, organisation.code or _("no code"), None, organisation.registered_on, words)


def _tell_project(project, asked, earlier):
    twin = earlier[project.pk]
    return Told(project.name, project.number, None, None, _words(twin, twin and twin.number))


RULES = (
    _rule(
        "same-organisation", gettext_lazy("Possibly the same organisation"),
        gettext_lazy(
            "Organisations whose name is like an earlier one's (trigrams, half or more), unless their credit codes "
            "hold different numbers of registration."
        ),
        gettext_lazy("It would count twice. Merge the two, or note why they are two."),
        tell=_tell_organisation,
    ),
    _rule(
        "same-project", gettext_lazy("Possibly the same project"),
        gettext_lazy(
            "Projects of one campaign in one county whose name is like an earlier one's (trigrams, half or more), and "
            "neither of which continues the other."
        ),
        gettext_lazy("Its money would count twice. Terminate the one that is too much, or note why they are two."),
        tell=_tell_project,
    ),
)  # fmt: skip
