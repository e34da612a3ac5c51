"""What tests of the desk share: addresses, and a form as a browser would send it back."""

from django.urls import reverse


def page(record, view="change", *args):
    """The address of a record's page, or with a model of its list or form."""
    key = () if isinstance(record, type) else (record.pk,)
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{view}", args=(*key, *args))


def filled(answer, **changes):
    """What the form of a page holds, with `changes` typed into it; rows of tables as `prefix-0-field`."""
    forms = [answer.context["adminform"].form]
    data = {}
    for table in answer.context["inline_admin_formsets"]:
        forms += [table.formset.management_form, *table.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is None or value is False:
                continue
            data[bound.html_name] = value if isinstance(value, list | tuple) else bound.field.widget.format_value(value)
            if value is True:
                data[bound.html_name] = "on"
    for name in [name for name, value in data.items() if value is None]:
        del data[name]
    return data | changes
