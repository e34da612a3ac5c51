"""What people fill in on one page, however many forms it takes."""


class Entry:
    """Several forms that are read and found wrong as one; `parts` are its forms and sets of forms."""

    parts = ()

    def is_valid(self):
        valid = [part.is_valid() for part in self.parts]
        return all(valid)

    @property
    def faults(self):
        """Everything that is wrong as (label, words, id of the field)."""
        for part in self.parts:
            for form in getattr(part, "forms", [part]):
                for name, words in form.errors.items():
                    field = form[name] if name in form.fields else None
                    yield (field.label if field else "", " ".join(words), field.auto_id if field else "")
            if hasattr(part, "non_form_errors"):
                for words in part.non_form_errors():
                    yield "", words, ""


def lines(formset, data, stored, **more):
    """A formset of lines, which begins with those that are `stored`. Bound, it does not know of them: a line that was
    typed into a page drawn before the same line was kept would count as untouched, and be lost."""
    return formset(data, initial=stored if data is None else None, **more)
