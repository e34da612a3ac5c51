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
