"""How one module is broken: each `Mutant` is its source with one thing wrong.

Most operators are cosmic-ray's. Six more say what this code is made of: a condition of a query left out, a statement
or a refusal left out, an answer of nothing, `filter` for `exclude`, `in` for `not in`. Line numbers stay, so that what
was broken is found in the code as it runs.
"""

import ast
from dataclasses import dataclass

from tests.house import ROOT

PAIRS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt",
         "Is_IsNot", "IsNot_Is")  # fmt: skip
ARITHMETIC = ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "BitOr_BitAnd", "BitAnd_BitOr",
              "Pow_Mul")  # fmt: skip
OPERATORS = (
    *(f"core/ReplaceComparisonOperator_{pair}" for pair in PAIRS),
    *(f"core/ReplaceBinaryOperator_{pair}" for pair in ARITHMETIC),
    *(f"core/{name}" for name in (
        "AddNot", "ExceptionReplacer", "NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd",
        "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ReplaceFalseWithTrue", "ReplaceTrueWithFalse",
        "ReplaceUnaryOperator_Delete_Invert", "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_USub",
        "ZeroIterationForLoop",
    )),
)  # fmt: skip
"""Of cosmic-ray's 213: each comparison is moved by one and turned round, each sum is broken once. Twelve ways to break
one `+` would only add mutants that any test kills."""

QUERIES = {"filter", "exclude", "Q", "get", "When"}


@dataclass(frozen=True)
class Mutant:
    """One way in which a module is wrong: which operator, at which line, and the whole source."""

    path: str
    line: int
    operator: str
    was: str
    became: str
    source: str

    @property
    def place(self):
        return f"{self.path}:{self.line}"

    def __str__(self):
        return f"{self.place} {self.operator}: `{self.was}` → `{self.became}`"


def mutants_of(path, guard):
    """All mutants of a module, or of those of its functions that the guard's line of the table names."""
    source = (ROOT / path).read_text()
    return [mutant for mutant in mutants(path, source) if not guard.functions or mutant.line in _lines(source, guard)]


def _lines(source, guard):
    return {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name in guard.functions
        for line in range(node.body[0].lineno, node.end_lineno + 1)
    }


def mutants(path, source):
    """All mutants of a module, in the order of the operators; each differs from the source in what it means."""
    meant = ast.dump(ast.parse(source))
    seen = {meant}
    for operator, broken in (*_by_cosmic_ray(source), *_by_ourselves(source)):
        try:
            means = ast.dump(ast.parse(broken))
        except SyntaxError:
            continue
        if means not in seen:
            seen.add(means)
            line, was, became = _difference(source, broken)
            yield Mutant(path, line, operator, was, became, broken)


def _by_cosmic_ray(source):
    from cosmic_ray.mutating import mutate_code  # noqa: PLC0415 - only where it is installed
    from cosmic_ray.plugins import get_operator  # noqa: PLC0415

    for name in OPERATORS:
        occurrence = 0
        while (broken := mutate_code(source, get_operator(name)(), occurrence)) is not None:
            yield name.rpartition("/")[2], broken
            occurrence += 1


def _by_ourselves(source):
    cut = _Cutter(source)
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call():
                yield from _queries(node, cut)
            case ast.Compare(ops=[ast.In() | ast.NotIn(), *_]):
                yield "InForNotIn", cut.wrapped(node, "(not (", "))")
            case ast.Expr(value=ast.Call()):
                yield "StatementLeftOut", cut.replaced(node, "pass")
            case ast.Raise():
                yield "RefusalLeftOut", cut.replaced(node, "pass")
            case ast.Return(value=ast.expr()) if not _is_none(node.value):
                yield "AnswerOfNothing", cut.replaced(node.value, "None")


def _queries(node, cut):
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in QUERIES:
        for keyword in node.keywords:
            if keyword.arg:
                yield "ConditionLeftOut", cut.replaced(keyword.value, "", before=keyword)
    if name in {"filter", "exclude"} and isinstance(node.func, ast.Attribute):
        yield "FilterForExclude", cut.named(node.func, name, "exclude" if name == "filter" else "filter")


def _is_none(node):
    return isinstance(node, ast.Constant) and node.value is None


class _Cutter:
    """Replaces what a node of the tree spans; line breaks inside stay, so that lines keep their numbers."""

    def __init__(self, source):
        self.source = source.encode()
        self.starts = [0]
        for line in self.source.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def _span(self, node):
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def replaced(self, node, by, before=None):
        """The source with `by` for the node; with `before` also what stands from there to the node, and a comma."""
        start, end = self._span(node)
        if before is not None:
            start = self._span(before)[0]
            rest = self.source[end:].lstrip()
            if rest.startswith(b","):
                end += self.source[end:].index(b",") + 1
        breaks = self.source[start:end].count(b"\n")
        inside = b"(" + by.encode() + b"\n" * breaks + b")" if breaks and by == "None" else by.encode() + b"\n" * breaks
        return (self.source[:start] + inside + self.source[end:]).decode()

    def wrapped(self, node, begin, end):
        first, last = self._span(node)
        inside = self.source[first:last]
        return (self.source[:first] + begin.encode() + inside + end.encode() + self.source[last:]).decode()

    def named(self, attribute, name, other):
        end = self._span(attribute)[1]
        return (self.source[: end - len(name)] + other.encode() + self.source[end:]).decode()


def _difference(source, broken):
    for number, (was, became) in enumerate(zip(source.splitlines(), broken.splitlines(), strict=False), 1):
        if was != became:
            return number, was.strip(), became.strip()
    return 1, "", ""
