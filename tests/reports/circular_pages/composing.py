"""The composing page of a circular, as tests open it and send it back."""

from tests.desk import page


def body(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def composing(circular):
    return page(circular, "compose")


def sent(answer, **changes):
    """The composing form as a browser sends it back."""
    form = answer.context["form"]
    data = {"seen_version": form.initial["seen_version"]}
    for row in form.rows:
        for bound in row:
            value = bound.value()
            if value not in (None, False):
                data[bound.html_name] = "on" if value is True else value
    return {name: value for name, value in (data | changes).items() if value is not None}
