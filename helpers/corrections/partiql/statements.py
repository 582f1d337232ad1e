"""PartiQL text to the parts that the other operations are made of.

DynamoDB's PartiQL has no more than its expressions have: SELECT is a Query or a Scan, INSERT a put, UPDATE and DELETE
their namesakes with a condition. So a statement is not evaluated: its expressions become what the other expressions
become. Source: Developer Guide, "PartiQL - a SQL-compatible query language"; messages as DynamoDB Local gives them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import Refused, refuse_if
from ..expressions import updates
from ..expressions.documents import at_path, tree_of
from ..values import SETS, checked, kind_of
from .conditions import Conjunct, TreeBinder, conjuncts
from .grammar import NOTHING, WRONG_NUMBER, ExpressionParser, is_condition
from .tokens import NAMES, Token, malformed

NO_KEY = "Where clause does not contain a mandatory equality on all key attributes"
_NO_STRUCT = "Unsupported format in item expression. Please use struct format {...} to express item values for insert statement."
SET_FUNCTIONS = {"SET_ADD": "ADD", "SET_DELETE": "DELETE"}
RETURN_VALUES = {
    None: "NONE", "ALL OLD": "ALL_OLD", "ALL NEW": "ALL_NEW", "MODIFIED OLD": "UPDATED_OLD", "MODIFIED NEW": "UPDATED_NEW",
}  # fmt: skip


@dataclass
class Statement:
    """What a statement says. `refusal`: why DynamoDB does not do it, whatever the table."""

    kind: str  # SELECT INSERT UPDATE DELETE EXISTS
    table: str = ""
    index: str | None = None
    where: list[Conjunct] = field(default_factory=list)  # joined by AND
    columns: Columns | None = None  # None: *
    order: list[tuple[str, bool]] = field(default_factory=list)  # attribute, descending
    item: dict = field(default_factory=dict)
    update: updates.Update | None = None
    returning: str = "NONE"
    refusal: str | None = None


class Columns:
    """What SELECT names. Each value stands under the last name of its path: `a.b[0]` under `b[0]`."""

    def __init__(self, paths: list[tuple]):
        self.paths, self.names = paths, [_last_name(path) for path in paths]
        twice = [name for name in self.names if self.names.count(name) > 1]
        refuse_if(twice, f"Duplicate identifiers in select clause: {twice and twice[0]}")
        tree_of(paths[::-1], "ProjectionExpression")

    def of(self, item: dict) -> dict:
        found = ((name, at_path(item, path)) for name, path in zip(self.names, self.paths, strict=True))
        return {name: value for name, value in found if value is not None}


def _last_name(path: tuple) -> str:
    last = max(i for i, element in enumerate(path) if isinstance(element, str))
    return path[last] + "".join(f"[{element}]" for element in path[last + 1 :])


def parse(text: str, parameters: list[dict] | None = None) -> Statement:
    """The statement. Raises `Refused` where the text is none; what else is wrong with it is its `refusal`."""
    parser = _StatementParser(text, [checked(value) for value in parameters or []])
    try:
        statement = parser.statement()
    except RecursionError:  # hundreds of parentheses within each other
        raise malformed("Unexpected term") from None
    if parser.accept(";") and parser.head.kind != "end":
        raise malformed("Unexpected token after semicolon. (Only one query is allowed.)")
    if parser.head.kind != "end":
        raise malformed("Unexpected token after expression")
    parser.refuse_if(parser.used != len(parser.given), WRONG_NUMBER)
    statement.refusal = next(iter(parser.refusals), None)
    return statement


class _StatementParser(ExpressionParser):
    """Each method reads one rule of the grammar; those of statements begin after their keyword."""

    def __init__(self, text: str, given: list[dict]):
        super().__init__(text, given)
        statements = (self.select, self.insert, self.update, self.delete)
        self.rules = {rule.__name__.upper(): rule for rule in statements}

    def statement(self) -> Statement:
        token = self.head
        if self.sees("CREATE", "DROP") and self.second.text == "TABLE":
            raise Refused(f"Unsupported operation: {token.text.capitalize()}Table")
        if self.sees("EXISTS") and self.sees_call():
            self.take()
            statement, *_ = [*self.enclosed(self.statement), Statement("")]
            self.refuse_if(statement.kind != "SELECT", "Unsupported operation in transaction.")
            statement.kind = "EXISTS"
            return statement
        if self.sees(*self.rules):
            return self.rules[self.take().text]()
        kinds = {"path": "VariableReference", "value": "Literal"}
        self.refusals = [f"Unsupported operation: {kinds.get(self.expression()[0], 'NAry')}"]
        return Statement("")

    def keyword(self) -> tuple:
        """A keyword within an expression."""
        token = self.take()
        if token.text == "SELECT":
            self.select()
            self.refusals = [f"Unsupported token in expression: SELECT{token.place}"]
            return NOTHING
        # An expression may begin with FROM, as in `FROM table SET ...`: hence a SELECT without columns.
        raise malformed("Expected data manipulation" if token.text == "FROM" else "Unexpected keyword")

    def select(self) -> Statement:
        self.refuse_if(self.accept("DISTINCT"), "Unsupported token in expression: DISTINCT")
        self.refuse_if(self.accept("VALUE"), "Select projection doesn't support value or pivot keywords")
        columns = self.several(lambda: self.only_path(self.column))
        every = any(isinstance(column, Token) for column in columns)
        if every and len(columns) > 1:
            raise malformed(
                "Other expressions may not be present in the select list when '*' is used without dot notation."
            )
        self.expect("FROM", "Expected FROM after SELECT list")
        statement = self.target("SELECT", self.expression)
        while self.accept(",", "JOIN"):
            self.refuse_if(True, "Only select from a single table or index is supported.")
            self.only_path(self.expression)
            self.clause("ON")
        statement.columns = None if every else self.made(lambda: Columns(columns))
        statement.where = self.where()
        statement.order = self.by("ORDER", self.sorted_by)
        unsupported = ["Unsupported clause: GROUP BY"] if self.by("GROUP", self.expression) else []
        for word in ("HAVING", "LIMIT"):
            if self.clause(word):
                unsupported.append(f"Unsupported clause: {word}{self.place.place}")
        self.refusals[:0] = unsupported
        return statement

    def insert(self) -> Statement:
        self.expect("INTO", "Unexpected keyword")
        statement = self.target("INSERT", self.path)
        self.refuse_if(not self.accept("VALUE"), "Unsupported operation: InsertOp")
        start = self.head
        tree = self.expression()
        self.refuse_if(start.text != "{", f"{_NO_STRUCT}{start.place}")
        statement.item = tree[1]["M"] if start.text == "{" and tree[0] == "value" else {}
        self.refuse_if(self.returning(), "RETURNING is not supported in INSERT")
        return statement

    def update(self) -> Statement:
        statement, actions = self.target("UPDATE", self.path), []
        while section := self.accept("SET", "REMOVE"):
            removes = section.text == "REMOVE"
            actions += [("REMOVE", self.path(), None)] if removes else self.several(self.assignment)
        if not actions:
            raise malformed("Expected data manipulation")
        self.selection(statement)
        # Of paths that overlap the last is told first.
        binder = TreeBinder("UpdateExpression", None, None)
        statement.update = self.made(lambda: updates.bound(binder, actions[::-1]))
        return statement

    def delete(self) -> Statement:
        self.expect("FROM", "Expected FROM after DELETE")
        return self.selection(self.target("DELETE", self.path))

    # Clauses

    def only_path(self, rule: Callable[[], tuple], reason: str = "", alias: bool = True) -> tuple:
        """The path that a rule reads; all else is refused for that alone. alias: and one that may follow, too."""
        before, tree = len(self.refusals), rule()
        if tree[0] not in ("path", "*"):
            self.refusals[before:] = [reason or f"Unexpected path component{self.place.place}"]
            tree = ("path", ("",))
        if alias and self.accept("AS") and self.head.kind not in NAMES:
            raise malformed("Expected identifier for AS-alias")
        if alias and self.head.kind in NAMES:
            self.take()
            self.refusals.insert(0, "Aliasing is not supported")
        return tree[1]

    def target(self, kind: str, rule: Callable[[], tuple]) -> Statement:
        path = self.only_path(rule, "Unexpected from source", alias=kind != "INSERT")
        several = "FROM clause may only contain a single table name in data manipulation statements"
        self.refuse_if(kind == "INSERT" and len(path) > 1, several)
        self.refuse_if(len(path) > 2, "A path may contain at most 2 components in the FROM clause")
        self.refuse_if(kind != "SELECT" and len(path) > 1, "This operation is not supported on an index")
        return Statement(kind, *path[:2])

    def clause(self, word: str) -> tuple | None:
        return self.expression() if self.accept(word) else None

    def by(self, word: str, rule: Callable[[], Any]) -> list:
        if not self.accept(word):
            return []
        self.expect("BY", "Expected BY")
        return self.several(rule)

    def sorted_by(self) -> tuple[str, bool]:
        no_name = "Argument to ORDER BY must be of type VariableReference. Type: PATH"
        path = self.only_path(self.expression, no_name, alias=False)
        self.refuse_if(len(path) > 1, no_name)
        return path[0], bool(not self.accept("ASC") and self.accept("DESC"))

    def where(self) -> list[Conjunct]:
        tree = self.clause("WHERE")
        if tree is None:
            return []
        no_boolean = "WHERE clause must contain an expression that resolves to a boolean"
        self.refuse_if(not is_condition(tree), no_boolean)
        return self.made(lambda: conjuncts(tree))

    def selection(self, statement: Statement) -> Statement:
        """Which item an UPDATE or a DELETE is for, and what it returns of it."""
        statement.where = self.where()
        words = self.returning()
        self.refuse_if(not statement.where, NO_KEY)
        self.refuse_if(
            statement.kind == "DELETE" and words not in (None, "ALL OLD"),
            f"Invalid returning clause: RETURNING {words} *. Only RETURNING ALL OLD * is allowed in DELETE statements.",
        )
        statement.returning = RETURN_VALUES[words]
        return statement

    def assignment(self) -> tuple:
        path = self.path()
        self.expect("=", "Expected '='")
        action = SET_FUNCTIONS.get(self.head.text.upper())
        if action and self.sees_call():
            return (action, path, self.change_of_set(path))
        self.kind = "Update"
        tree, self.kind = self.expression(), "Condition"
        return ("SET", path, tree)

    def change_of_set(self, path: tuple) -> tuple:
        """`set_add(path, value)`, which is an action of its own: gives the value."""
        name = self.take().text.upper()
        first, second = [*self.enclosed(self.expression), NOTHING, NOTHING][:2]
        self.refuse_if(first != path, f"The first argument to {name} must equal the assignment value")
        no_set = second[0] != "value" or kind_of(second[1]) not in SETS
        self.refuse_if(no_set, f"The second argument to {name} must be a value with type SET")
        return second

    def returning(self) -> str | None:
        """For example "MODIFIED NEW"."""
        if not self.accept("RETURNING"):
            return None
        words = self.accept("ALL", "MODIFIED"), self.accept("OLD", "NEW")
        if not all(words):
            raise malformed("Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.")
        star = self.column()[0] == "*"
        self.refuse_if(not star, "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause")
        return " ".join(word.text for word in words)

    def made(self, make: Callable[[], Any]) -> Any:
        """What is made of what was read, where nothing is wrong with it."""
        try:
            return [] if self.refusals else make()
        except Refused as refused:  # PartiQL has no parameters that could be named in front
            self.refusals.append(re.sub(r"^Invalid \w+Expression: ", "", refused.message))
            return []
