"""Steps found by words: by their own wording, which most of them have from a few templates, and by their project."""

from django.db import connection
from django.db.models import F, Q

from projects.listing.asking import projects_listed
from projects.models import Project, ProjectStep
from registry.core.lookups import among
from registry.core.models import reads_everything
from registry.core.prepared import Among
from registry.core.summaries import summaries_stand

MOST_WORDINGS = 20_000
"""So many are looked at, which takes a tenth of a second; where there are more, every step is looked at instead."""

EACH = 20
"""So many wordings are looked for one by one, so that the index gives the steps of each in the order of their days."""

KEYS = 100_000
"""So many projects found are handed on by their keys; where there are more, some of their steps are near everywhere."""

_WORDINGS = """
    WITH RECURSIVE wording (title, title_en) AS (
        (SELECT title, title_en FROM projects_projectstep ORDER BY title, title_en LIMIT 1)
        UNION ALL
        SELECT next.title, next.title_en FROM wording, LATERAL (
            SELECT title, title_en FROM projects_projectstep step
            WHERE (step.title, step.title_en) > (wording.title, wording.title_en)
            ORDER BY title, title_en LIMIT 1
        ) next
    ),
    known AS (
        SELECT title, title_en, strpos(upper(title), upper(%(words)s)) > 0 AS by_title,
            strpos(upper(title_en), upper(%(words)s)) > 0 AS by_english, count(*) OVER () AS number
        FROM (SELECT * FROM wording LIMIT %(most)s + 1) first
    )
    SELECT title, title_en, by_title, number FROM known WHERE by_title OR by_english OR number > %(most)s
"""
"""One look into the index for each wording that there is, as PostgreSQL has it by itself from 18 on."""


def search_steps(steps, text, user):
    """Those of `steps`, which `user` works with, whose wording holds the text or whose project is found by it."""
    return among(steps, ways_to_steps(text, user))


def ways_to_steps(text, user):
    """What finds the rows of `search_steps`, each way by an index of its own, as `LargeListAdmin.found_by` has it; []
    for no words."""
    words = text.strip()
    if not words:
        return []
    if not (reads_everything(user) and summaries_stand()):
        own = Project.objects.within_scope_of(user).search(words)
        return [ProjectStep.objects.worded(words), Q(project__in=own.order_by().values("pk"))]
    return [*_worded(words), *_of_projects(projects_listed(user).search(words).order_by().values_list("pk", flat=True))]


def _of_projects(found):
    keys = list(found[: KEYS + 1])
    if len(keys) > KEYS:
        return [Q(project__in=found)]
    return [Q(Among(F("project"), keys))] if keys else []


def _worded(words):
    """`ProjectStep.objects.worded` as ways by the index of wordings: there are few of those, however many steps."""
    found = _wordings(words)
    if found is None:
        return [ProjectStep.objects.worded(words)]
    if len(found) <= EACH:
        return [{"title": title, "title_en": english} for title, english, _by_title in found] or [Q(pk__in=[])]
    others = [(title, english) for title, english, by_title in found if not by_title]
    by_english = Q(
        title__in={title for title, _english in others}, title_en__in={english for _title, english in others}
    )
    return [Q(title__in={title for title, _english, by_title in found if by_title}), by_english]


def _wordings(words):
    """(title, English title, whether the title holds `words`) of those that hold them. None where there are more than
    `MOST_WORDINGS`."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDINGS, {"words": words, "most": MOST_WORDINGS})
        found = cursor.fetchall()
    if found and found[0][-1] > MOST_WORDINGS:
        return None
    return [(title, english, by_title) for title, english, by_title, _number in found]
