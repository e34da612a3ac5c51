"""Whose a row is: its organisation by name and code, in the file and against the register."""

from django.utils.translation import gettext_lazy as _

from registry.core.text import compact

from .faults import Suggestion


def check_parties(entries, known):
    """One code has one name and one name one code, in the file and against the register; the later row is at fault, and
    what a faulty row says is held against no other."""
    names, codes = {}, {}
    for entry in entries:
        if not entry["code"] or not entry["org"] or not _is_sound(entry):
            continue
        _check_register(entry, known)
        if _is_sound(entry):
            _check_file(entry, names, codes)
        if _is_sound(entry):
            known.named.setdefault(entry["code"], entry)
    for entry in entries:
        for code in entry["joint"] or ():
            if code not in known.by_code and code not in known.named:
                entry.fault("joint", _("The organisation with the code %(code)s is neither in the register nor named "
                                       "in this file. Register it first."), "unknown", code=code)  # fmt: skip


def _is_sound(entry):
    return not any(fault.key in ("code", "org", "type") for fault in entry.faults)


def _check_file(entry, names, codes):
    code, name, short = entry["code"], entry["org"], compact(entry["org"])
    of_code, of_name = names.get(code, entry), codes.get(short, entry)
    if compact(of_code["org"]) != short:
        entry.fault("org", _("In row %(row)s the code %(code)s belongs to “%(name)s”. One of the two is wrong."),
                    "two_names", [of_code["org"]],
                    row=of_code.row_from(entry), code=code, name=of_code["org"])  # fmt: skip
    elif of_name["code"] != code:
        entry.fault("code", _("In row %(row)s “%(name)s” has the code %(code)s. One of the two is wrong."),
                    "two_codes", [of_name["code"]],
                    row=of_name.row_from(entry), code=of_name["code"], name=name)  # fmt: skip
    else:
        names.setdefault(code, entry)
        codes.setdefault(short, entry)


def _check_register(entry, known):
    code, name = entry["code"], entry["org"]
    registered = known.by_code.get(code)
    if registered is not None:
        if compact(name) not in known.names[registered.pk]:
            entry.fault("org", _("The register knows the code %(code)s as “%(name)s”. Correct the name or the code."),
                        "other_name", [registered.name], code=code, name=registered.name)  # fmt: skip
        elif compact(name) != compact(registered.name):
            entry.warn(_("“%(name)s” is registered as “%(today)s” today."), name=name, today=registered.name)
        return
    namesake = known.by_name.get(compact(name))
    if namesake is None:
        return
    if namesake.code:
        entry.fault("code", _("“%(name)s” is registered with the code %(code)s. Correct the code or the name."),
                    "other_code", [namesake.code], name=name, code=namesake.code)  # fmt: skip
    else:
        entry.warn(_("“%(name)s” is registered without a code; the row is added to it, and its code is to be entered "
                     "there."), name=name)  # fmt: skip


def suggest_organisations(entries, known):
    """Offer the registered organisations that come nearest to a name or code that cannot be right."""
    asked = [
        (entry, place)
        for entry in entries
        for place, fault in enumerate(entry.faults)
        if fault.key in ("org", "code") and not fault.suggestions and fault.code != "scope" and entry["org"]
    ]
    near = known.alike((entry["org"], entry["code"] or "") for entry, _place in asked)
    for entry, place in asked:
        fault = entry.faults[place]
        offered = near.get((entry["org"], entry["code"] or ""), ())
        pairs = [Suggestion(key, value) for name, code in offered for key, value in (("org", name), ("code", code))]
        entry.faults[place] = type(fault)(fault.key, fault.said, fault.code, tuple(pairs))
