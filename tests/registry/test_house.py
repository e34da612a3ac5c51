"""The house holds: on every module, on every model, and each rule fails on a small bad sample."""

import pytest
from django.apps import apps
from django.db import models
from django.utils.functional import Promise

from projects.models import LedgerRow, Listed, ListedCount, ListedGram, ListedRank
from registry.core.fields import Choice
from registry.core.lifecycle import Staged
from registry.core.models import (
    Attempt,
    Change,
    FormerPassword,
    Guess,
    Job,
    Once,
    Record,
    Seal,
    Session,
    SignIn,
    Usage,
    Veil,
)
from registry.reports.models import PastAnswer
from registry.roles import REFERENCE
from tests import house, safety

APPS = ("core", "counties", "orgs", "projects", "reports")
MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models() if not model._meta.proxy]
STAGED = [model for model in MODELS if issubclass(model, Staged)]
PUBLIC = {apps.get_model(name) for name in REFERENCE} | {apps.get_model("orgs.enterprise")}
ACCOUNTS = {apps.get_model(name) for name in ("core.user", "core.userrole", "core.blob", "counties.posting")}


BAD = (
    ("registry/core/a.py", "import projects.models", "an arrow upwards"),
    ("registry/core/a.py", "from registry import roles", "an arrow upwards"),
    ("counties/models/a.py", "from orgs.models import Authority", "an arrow upwards"),
    ("orgs/actions.py", "from projects.models import Project", "an arrow upwards"),
    ("projects/models/a.py", "from registry.reports import pivot", "an arrow upwards"),
    ("registry/reports/a.py", "from registry.settings import DEMO", "an arrow upwards"),
    ("projects/models/a.py", "from ..actions import funding", "models are at the bottom"),
    ("projects/models/a.py", "from projects.views import page", "models are at the bottom"),
    ("projects/actions/a.py", "from projects.admin import desk", "actions knows no doors"),
    ("projects/api.py", "from .views import page", "doors never import each other"),
    ("projects/admin/a.py", "from orgs.api import rows", "doors never import each other"),
    ("projects/management/commands/a.py", "from projects.admin import desk", "doors never import each other"),
    ("projects/actions/a.py", "from django.http import HttpResponse", "knows nothing of HTTP"),
    ("projects/filters.py", "import rest_framework.filters", "knows nothing of HTTP"),
    ("projects/ledger/a.py", "from django.shortcuts import redirect", "knows nothing of HTTP"),
    ("projects/views.py", "def page():\n    import json\n", "import inside page"),
    ("projects/views.py", "\n" * 401, "a module of 401 lines"),
    ("projects/views.py", "def page():\n" + "    x = 1\n" * 60, "page has 61 lines"),
    *((f"projects/{name}.py", "", f"a module named {name}") for name in sorted(house.FORBIDDEN_NAMES)),
    ("projects/common/a.py", "", "a module named common"),
    ("projects/models/a.py", "key = fields.GenericForeignKey()", "no generic foreign keys"),
    ("projects/apps.py", "from django.db.models.signals import post_save", "no signals"),
    ("registry/core/a.py", "from django.db.backends.postgresql.psycopg_any import is_psycopg3", "psycopg2"),
    ("projects/actions/a.py", "project.stage = 'closed'", "writes .stage outside move_to"),
    ("projects/actions/a.py", "a, need.status = 1, 'met'", "writes .status outside move_to"),
    ("projects/actions/a.py", "Need.objects.filter(pk=1).update(status='met')", "writes status outside move_to"),
    ("projects/actions/a.py", "setattr(need, 'status', 'met')", "writes status outside move_to"),
    ("projects/actions/a.py", "Need.objects.bulk_update(rows, ['name', 'status'])", "writes status outside move_to"),
    ("projects/actions/a.py", "Need.objects.bulk_update(rows, fields=('stage',))", "writes stage outside move_to"),
    (
        "projects/actions/a.py",
        "Need.objects.update_or_create(number=1, defaults={'status': 'met'})",
        "writes status outside move_to",
    ),
    ("projects/actions/a.py", "def move(need, *, by): ...", "move takes positional arguments"),
    ("orgs/actions.py", "def move(*, need): ...", "move does not say by whom"),
    ("projects/views.py", "title = '清单看板'", "visible Chinese outside the catalogue: 清单看板"),
    ("projects/views.py", "title = f'共{number}'", "visible Chinese outside the catalogue: 共"),
    ("projects/views.py", "cursor.execute(f'SELECT * FROM {table}')", "put together from parts"),
    ("projects/views.py", "cursor.execute('DELETE FROM %s' % table)", "put together from parts"),
    ("projects/views.py", "cursor.execute('SELECT ' + names)", "put together from parts"),
    ("projects/views.py", "cursor.execute('UPDATE {} SET a = 1'.format(table))", "put together from parts"),
    ("projects/views.py", "rows.filter(RawSQL('a', ()))", "past the ORM: RawSQL"),
    ("projects/views.py", "rows.extra(where=['a'])", "past the ORM: extra"),
    ("projects/views.py", "Need.objects.raw('SELECT 1')", "past the ORM: raw"),
    ("projects/views.py", "mark_safe(text)", "declared safe"),
    ("projects/views.py", "eval(text)", "runs text as a program: eval"),
    ("projects/views.py", "import pickle", "unpacks what may be hostile: pickle"),
    ("projects/views.py", "from yaml import load", "unpacks what may be hostile: yaml.load"),
    ("projects/views.py", "subprocess.run(text, shell=True)", "through a shell"),
    ("projects/views.py", "os.system(text)", "through a shell"),
    ("projects/views.py", "import requests", "asks other machines: requests"),
    ("projects/views.py", "from urllib.request import urlopen", "asks other machines: urllib.request.urlopen"),
    ("registry/core/posting.py", "requests.post(address)", "without an end"),
    ("projects/views.py", "page = csrf_exempt(page)", "a form without its token"),
    ("projects/models/funding.py", "rate = 0.1", "a float in money code: 0.1"),
    ("registry/core/quantity/parse.py", "float(text)", "a float in money code"),
    (
        "projects/views.py",
        "from django.shortcuts import get_object_or_404\nget_object_or_404(Project, pk=pk)",
        "Project looked up by a key without a word of scope",
    ),
    (
        "projects/views.py",
        "from django.http import Http404\nNeed.objects.filter(number=number).first()",
        "Need looked up by a key without a word of scope",
    ),
)


@pytest.mark.parametrize("text", ["{{ name|safe }}", "{% autoescape off %}", '<a onclick="go()">', "{{ x | safeseq }}"])
def test_templates_escape_and_run_nothing(text):
    assert len(house.check_template("templates/a.html", text)) == 1


def test_models_with_a_scope_are_looked_up_by_it():
    scoped = {model.__name__ for model in MODELS if hasattr(model._default_manager, "within_scope_of")}
    assert safety.SCOPED - scoped == {"Change"}  # the trail has a scope for each record, not a word


def test_each_exception_of_safety_is_still_needed():
    """A list that names what is gone lets it come back unseen."""
    told = (safety.SQL_BUILT_IN, safety.RAW, safety.MARKED_SAFE, safety.WITHOUT_FORM_TOKEN, safety.GOES_OUT,
            safety.LOOKED_UP_BY_ALL)  # fmt: skip
    for places in told:
        kept = dict(places)
        for place in kept:
            del places[place]
            try:
                under = [path for path in house.sources() if path == place or path.startswith(place)]
                assert any(house.check(path, (house.ROOT / path).read_text("utf-8")) for path in under), place
            finally:
                places.update(kept)


@pytest.mark.parametrize("path", list(house.sources()))
def test_every_module_keeps_the_rules(path):
    assert house.check(path, (house.ROOT / path).read_text("utf-8")) == []


@pytest.mark.parametrize("path", house.templates())
def test_templates_speak_through_the_catalogue(path):
    assert house.check_template(path, (house.ROOT / path).read_text("utf-8")) == []


@pytest.mark.parametrize(("path", "text", "finding"), BAD, ids=range(len(BAD)))
def test_each_rule_fails_on_a_bad_sample(path, text, finding):
    found = house.check(path, text)
    assert len(found) == 1
    assert finding in found[0]


GOOD = (
    ("projects/actions/a.py", "from registry.core.trail import action\nfrom orgs.models import Organisation"),
    (
        "projects/admin/a.py",
        "from .base import Desk\nfrom orgs.admin import Base\nfrom projects.actions import funding",
    ),
    ("registry/urls.py", "from projects import api, views"),
    ("projects/actions/a.py", "def move(*, need, by=None): ...\ndef _inner(need): ..."),
    ("projects/actions/a.py", "Need(status='draft')\nNeed.objects.get_or_create(number=1, defaults={'status': 'met'})"),
    ("projects/actions/a.py", "seen.update(name='x')\nmatch = row.status == 'met'"),
    ("projects/models/a.py", '"""通报"""\nLIMIT = 1\n"""口径"""\n_("For example 冀民函〔2021〕15号.")'),
    ("registry/core/lifecycle.py", "self.status = target"),
    ("projects/tables.py", "class Row:\n    def __init__(self, stage):\n        self.stage = stage"),
    ("registry/reports/figures.py", "UNIT = '人次'"),
    ("registry/core/quantity/words.py", "WORDS = ('约', '余')"),
    ("projects/views.py", "cursor.execute('SELECT * FROM a WHERE b = %s', [b])"),
    ("projects/views.py", "title = f'Selected: {number}'"),
    ("projects/views.py", "import subprocess\nsubprocess.run([program], shell=False)"),
    ("registry/core/posting.py", "import requests\nrequests.post(address, timeout=5)"),
    ("projects/models/funding.py", "rate = Decimal('0.1')"),
    (
        "projects/views.py",
        "from django.http import Http404\nget_object_or_404(Need.objects.visible_to(user), number=number)",
    ),
    ("projects/views.py", "from django.http import Http404\nNeed.objects.filter(pk=pledge.need_id)"),
)


@pytest.mark.parametrize(("path", "text"), GOOD, ids=range(len(GOOD)))
def test_what_the_rules_let_pass(path, text):
    assert house.check(path, text) == []


def test_chinese_in_a_template_is_found_and_the_language_s_own_name_is_not():
    text = '{# 注释 #}{% translate "For example 驻村帮扶." %}<a>中文</a><b>登记</b>{% comment %}说明{% endcomment %}'
    assert list(house.chinese_of_template(text)) == ["登记"]


def test_an_error_summary_that_is_announced_takes_the_focus():
    for place, found in (("", 1), (' tabindex="-1" data-focus', 0)):
        text = f'<div class="error-summary" role="alert"{place}><p>{{{{ fault }}}}</p></div>'
        assert len(house.check_template("a.html", text)) == found


DERIVED = {Listed, ListedRank, ListedCount, ListedGram}
"""Tables that only triggers write, and that nobody reads but lists."""


def names(rows):
    return [row._meta.label for row in rows]


def test_every_model_is_a_record_but_the_trail_itself_and_what_passes_through():
    """A job's progress, the rows of a file that was sent, answers kept for a repetition, sessions, attempts and
    requests that are counted are no facts of the register; what comes of them is in the trail. Sign-ins and seals are
    a trail themselves. Answers about the past can be asked again. What triggers derive holds nothing of its own."""
    passing = (
        Session,
        FormerPassword,
        Guess,
        SignIn,
        Usage,
        Job,
        Once,
        Attempt,
        Seal,
        Veil,
        Change,
        LedgerRow,
        PastAnswer,
    )
    others = [model for model in MODELS if not issubclass(model, Record) and model not in DERIVED]
    assert names(others) == names(passing)


@pytest.mark.parametrize(
    "model", [model for model in MODELS if issubclass(model, Record)], ids=lambda model: model.__name__
)
def test_every_record_feeds_the_trail(model):
    assert {"trail_insert", "trail_update", "trail_delete", "touch"} <= {
        trigger.name for trigger in model._meta.triggers
    }


@pytest.mark.parametrize("model", [one for one in MODELS if one not in DERIVED], ids=lambda model: model.__name__)
def test_what_people_read_of_a_model_can_be_translated(model):
    fields = [f for f in model._meta.get_fields() if not f.auto_created and isinstance(f, models.Field)]
    words = {field.name: field.verbose_name for field in fields}
    words |= {f"{field.name}.help_text": field.help_text for field in fields if field.help_text}
    words |= {"Meta": model._meta.verbose_name, "Meta.plural": model._meta.verbose_name_plural}
    words |= dict(model._meta.permissions)
    words |= {f"{field.name}={value}": label for field in fields for value, label in field.flatchoices or ()}
    assert [name for name, word in words.items() if not isinstance(word, Promise)] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_with_choices_is_checked_by_the_database(model):
    plain = [f.name for f in model._meta.concrete_fields if f.choices and not isinstance(f, Choice)]
    assert plain == []


def is_scoped(model):
    return hasattr(model._default_manager.all(), "visible_to") or hasattr(
        model._default_manager.all(), "within_scope_of"
    )


def test_every_business_record_says_who_sees_it():
    """Itself, or the record under which it is read. Reference data are public; accounts have pages of their own."""
    open_ends = []
    for model in MODELS:
        if model in PUBLIC | ACCOUNTS | DERIVED | {Change, Veil, PastAnswer}:
            continue
        root = model
        while not is_scoped(root) and root.trail_root:
            root = root._meta.get_field(root.trail_root).related_model
        if not is_scoped(root):
            open_ends.append(model)
    assert names(open_ends) == []


@pytest.mark.parametrize("model", STAGED, ids=lambda model: model.__name__)
def test_a_state_is_never_edited_in_a_form(model):
    assert not model._meta.get_field(model.status_field).editable


@pytest.mark.parametrize("model", STAGED, ids=lambda model: model.__name__)
def test_a_lifecycle_has_each_move_once_between_known_states(model):
    moves = [(move.source, move.target) for move in model.lifecycle.moves]
    assert len(moves) == len(set(moves))
    states = {value for value, _label in model._meta.get_field(model.status_field).flatchoices}
    assert {state for move in moves for state in move} <= states
