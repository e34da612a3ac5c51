"""What a page asks of the database: each statement that Django sends, but for savepoints, of which production has none
where these tests run inside of one transaction."""

from django.db import connection

SAVEPOINTS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


class Statements:
    """Counts what the register is asked inside of `connection.execute_wrapper(...)`."""

    def __init__(self):
        self.asked = []

    def __call__(self, execute, sql, params, many, context):
        if not sql.startswith(SAVEPOINTS):
            self.asked.append(sql)
        return execute(sql, params, many, context)


def asked_by(client, address):
    """(answer, statements) of a GET that is read to its end: what is streamed asks while it is read."""
    counted = Statements()
    with connection.execute_wrapper(counted):
        answer = client.get(address)
        answer.getvalue() if answer.streaming else answer.content
    return answer, counted.asked


def queries_of(client, address):
    """The number of statements of a second visit, the first having filled what is read once."""
    asked_by(client, address)
    answer, asked = asked_by(client, address)
    assert answer.status_code == 200, answer
    return len(asked)
