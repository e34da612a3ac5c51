"""The tables of rights: complete, in words for managers, and what desk, files, filters and interface really do."""

import io

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils.text import capfirst
from openpyxl import load_workbook

from projects.models import Pledge
from projects.publishing.allowed import PARTS
from projects.publishing.wall import AS_IT_IS, WALL, shown_columns
from registry import permissions
from registry.core.data_classes import DataClass, Reading, class_of, left_out, reading
from registry.core.filters import Filters
from registry.core.lifecycle import Staged
from registry.core.roles import ADMINISTRATORS, Role
from registry.data_classes import INTERNAL, PERSONAL, SECRET, classes, our_models
from registry.roles import GRANTS
from tests.desk import page
from tests.factories import make_organisation, make_user

MODELS = our_models()
STAGED = [model for model in MODELS if issubclass(model, Staged)]
EVERY_FIELD = [(model, field) for model in MODELS for field in model._meta.concrete_fields]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_has_its_class(model):
    named = classes()[model._meta.label_lower]
    assert [field.name for field in model._meta.concrete_fields if field.name not in named] == []


def test_the_table_names_fields_that_there_are_and_each_once():
    for table in (INTERNAL, PERSONAL, SECRET):
        for label, names in table.items():
            known = {field.name for field in apps.get_model(label)._meta.concrete_fields}
            assert set(names.split()) <= known, label
    for label, names in INTERNAL.items():
        assert not set(names.split()) & set(SECRET.get(label, "").split()), label


def test_a_field_that_nobody_has_named_is_secret_and_nobody_reads_it():
    assert class_of(MODELS[0], "no_such_field") == DataClass.SECRET
    assert {reading({role}, DataClass.SECRET) for role in Role} == {Reading.NOT}


def test_what_strangers_find_is_of_the_class_public_and_nothing_else():
    parts = {part.model: part.columns for part in PARTS}
    kept_to_count_by = {
        "core.usage",
        "core.attempt",
        "core.guess",
        "core.session",
        "core.signin",
    }  # tables of the house: no page shows them
    for model, field in EVERY_FIELD:
        if model._meta.label_lower in kept_to_count_by:
            continue
        columns = parts.get(model) or (shown_columns(model) if model in WALL else ())
        assert (field.column in columns) <= (class_of(model, field.name) == DataClass.PUBLIC), (model, field.name)
    assert kept_to_count_by <= {model._meta.label_lower for model in WALL if WALL[model] == AS_IT_IS}


def test_personal_data_are_plain_to_those_who_work_with_them_and_masked_or_closed_to_all_others():
    assert {role: reading({role}, DataClass.PERSONAL) for role in Role} == {
        Role.BUREAU: "plain", Role.PARTNER: "plain", Role.COUNTY: "own", Role.ORGANISATION: "own",
        Role.AUDITOR: "masked", **dict.fromkeys(ADMINISTRATORS, "not"),
    }  # fmt: skip


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_no_secret_field_stands_at_the_desk_in_a_list_a_form_a_search_or_a_filter(model):
    desk = admin.site.get_model_admin(model)
    secret = {field.name for field in model._meta.concrete_fields if class_of(model, field.name) == DataClass.SECRET}
    offered = [*desk.list_display, *desk.list_filter, *desk.search_fields, *desk.readonly_fields, *(desk.fields or ())]
    offered += [name for _title, options in desk.fieldsets or () for name in options["fields"]]
    assert not secret & {str(name).split("__")[0] for name in offered if isinstance(name, str)}


def every_filter_set(base=Filters):
    for one in base.__subclasses__():
        yield one
        yield from every_filter_set(one)


def test_no_list_is_filtered_by_a_personal_or_secret_field():
    sets = [one for one in every_filter_set() if one._meta.model]
    for one in sets:
        for name, found in one.base_filters.items():
            first = (found.field_name or "").split("__")[0]
            if first in {field.name for field in one._meta.model._meta.concrete_fields}:
                assert class_of(one._meta.model, first) in (DataClass.PUBLIC, DataClass.INTERNAL), (one, name)


@pytest.mark.django_db
def test_the_system_administrator_finds_organisations_by_name_and_reads_nothing_inner(client):
    organisation = make_organisation(
        name="试验会", address="内路一号", note="内部备注", contact_name="王小明", contact_phone="13900005678",
        legal_representative="李大山",
    )  # fmt: skip
    user = make_user(Role.SYSTEM_ADMIN)
    client.force_login(user)
    text = client.get(page(organisation, "change")).content.decode()
    assert "试验会" in text
    for inner in ("内路一号", "内部备注", "王", "13900005678", "5678", "李大山", "李*"):
        assert inner not in text.split('id="content-main"')[1], inner
    assert {"address", "note", "contact_name", "contact_phone"} <= left_out(user, type(organisation))


@pytest.mark.django_db
class TestThePages:
    @pytest.mark.parametrize("name", ["permissions", "permissions-fields"])
    @pytest.mark.parametrize("role", [None, *Role])
    def test_those_who_look_after_rights_open_them_and_nobody_else(self, client, name, role):
        client.force_login(make_user(*[role] if role else []))
        may = role in (Role.BUREAU, Role.AUDITOR, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
        assert client.get(reverse(f"admin:{name}")).status_code == (200 if may else 403)

    def test_a_move_stands_there_in_words_with_its_states_and_those_who_may(self, client):
        client.force_login(make_user(Role.BUREAU))
        tables = dict(client.get(reverse("admin:permissions")).context["tables"])
        label = Pledge.lifecycle.find("submitted", "accepted").label
        accept = next(row for row in tables[capfirst(Pledge._meta.verbose_name)] if row.words == str(label))
        assert [role for role, may in zip(Role, accept.cells, strict=True) if may] == [Role.BUREAU]
        assert accept.states.endswith(str(Pledge.Status.ACCEPTED.label))

    def test_the_file_holds_the_same_rows(self, client):
        client.force_login(make_user(Role.AUDITOR))
        for name, tables in (("permissions", permissions.acts), ("permissions-fields", permissions.fields)):
            answer = client.get(reverse(f"admin:{name}"), {"format": "xlsx"})
            sheet = load_workbook(io.BytesIO(answer.getvalue())).active
            number = sum(len(rows) for _title, rows in tables())
            assert number <= sheet.max_row <= number + 8, name

    def test_a_parameter_that_is_not_known_is_told(self, client):
        client.force_login(make_user(Role.BUREAU))
        assert client.get(reverse("admin:permissions"), {"role": "x"}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("model", STAGED, ids=lambda model: model.__name__)
def test_every_move_has_a_permission_that_exists_and_that_some_role_holds(model):
    known = {f"{app}.{name}" for app, name in Permission.objects.values_list("content_type__app_label", "codename")}
    granted = {name for grant in GRANTS for name in grant.permissions}
    wanted = {move.permission for move in model.lifecycle.moves}
    assert wanted <= known
    assert wanted <= granted
