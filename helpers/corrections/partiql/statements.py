"""PartiQL text to the parts that the other operations are made of.

DynamoDB's PartiQL has no more than its expressions have: SELECT is a Query or a Scan, INSERT a put, UPDATE and DELETE
their namesakes with a condition. So a statement is not evaluated: its expressions become what the other expressions
become. Source: Developer Guide, "PartiQL - a SQL-compatible query language"; messages as DynamoDB Local gives them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ..errors import Refused, refuse_if
from ..expressions import updates
from ..expressions.documents import at_path, tree_of
from ..values import SETS, checked, kind_of
from .conditions import Conjunct, TreeBinder, conjuncts
from .grammar import ExpressionParser
from .tokens import NAMES, Malformed

_NO_STRUCT = "Unsupported format in item expression. Please use struct format {...} to express item values for insert statement."
_SET_FUNCTIONS = {"set_add": "ADD", "set_delete": "DELETE"}


@dataclass
class Statement:
    """What a statement says."""

    kind: str  # SELECT INSERT UPDATE DELETE EXISTS
    table: str
    index: str | None = None
    where: list[Conjunct] = field(default_factory=list)  # joined by AND
    columns: Columns | None = None  # None: *
    order: list[tuple[tuple, bool]] = field(default_factory=list)  # path, descending
    item: dict = field(default_factory=dict)
    update: updates.Update | None = None
    returning: str = "NONE"


class Columns:
    """What SELECT names. Each value stands under the last name of its path: `a.b[0]` under `b[0]`."""

    def __init__(self, paths: list[tuple]):
        self.paths, self.names = paths, [_last_name(path) for path in paths]
        for name in self.names:
            refuse_if(self.names.count(name) > 1, f"Duplicate identifiers in select clause: {name}")
        tree_of(paths[::-1], "Projection")

    def of(self, item: dict) -> dict:
        found = ((name, at_path(item, path)) for name, path in zip(self.names, self.paths, strict=True))
        return {name: value for name, value in found if value is not None}


def _last_name(path: tuple) -> str:
    last = max(i for i, element in enumerate(path) if isinstance(element, str))
    return path[last] + "".join(f"[{element}]" for element in path[last + 1 :])


def parse(text: str, parameters: list[dict] | None = None) -> Statement:
    """The statement. Raises `Malformed` where the text is none, `Refused` for what DynamoDB does not support."""
    given = [checked(value) for value in parameters or []]
    parser = _StatementParser(text, given)
    asked = sum(token.kind == "sign" and token.text == "?" for token in parser.tokens)
    refuse_if(asked != len(given), "Number of parameters in request and statement don't match.")
    try:
        statement = parser.statement()
    except RecursionError:  # hundreds of parentheses within each other
        raise Malformed("Unexpected term") from None
    except Refused as refused:  # PartiQL has no parameters that could be named in front
        refused.message = re.sub(r"^Invalid (Condition|Update|Projection): ", "", refused.message)
        raise
    parser.accept(";")
    if parser.head.kind != "end":
        raise Malformed("Unexpected token after semicolon. (Only one query is allowed.)")
    return statement


class _StatementParser(ExpressionParser):
    """Each method reads one rule of the grammar; those of statements begin after their keyword.

    They read to the end of the statement first and then ask what it means: what is no statement is told as that.
    """

    def statement(self) -> Statement:
        rules = {"SELECT": self.select, "INSERT": self.insert, "UPDATE": self.update, "DELETE": self.delete}
        ddl = self.sees("CREATE", "DROP") and self.second.text == "TABLE"
        refuse_if(ddl, f"Unsupported operation: {self.head.text.capitalize()}Table")
        if self.sees("EXISTS") and self.sees_call():
            self.at += 2
            self.expect("SELECT", "Unexpected term")
            statement = self.select()
            statement.kind = "EXISTS"
            self.expect(")", "Expected RIGHT_PAREN")
            return statement
        if self.sees(*rules):
            return rules[self.take().text]()
        self.expression()  # To PartiQL this would be a statement, too: what is wrong within it is told first.
        raise Malformed("Unexpected token after expression")

    def select(self) -> Statement:
        refuse_if(self.accept("DISTINCT"), "Unsupported token in expression: DISTINCT")
        columns = [] if self.accept("*") else self.several(self.column)
        self.expect("FROM", "Expected FROM after SELECT list")
        statement = self.target("SELECT", self.expression)
        join = self.accept(",", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS")
        refuse_if(join, "Only select from a single table or index is supported.")
        where = self.where()
        statement.order = self.order()
        refuse_if(self.accept("GROUP"), "Unsupported clause: GROUP BY")
        refuse_if(self.accept("LIMIT"), f"Unsupported clause: LIMIT{self.head.place}")
        self.end()
        for place, tree in columns:
            refuse_if(tree[0] != "path", f"Unexpected path component{place}")
        statement.columns = Columns([tree[1] for _, tree in columns]) if columns else None
        statement.where = conjuncts(where)
        return statement

    def insert(self) -> Statement:
        self.expect("INTO", "Unexpected keyword")
        statement = self.target("INSERT", self.path)
        without_value = self.sees("<<", "{") or (self.sees("VALUES") and self.sees_call())
        refuse_if(without_value, "Unsupported operation: InsertOp")
        self.expect("VALUE", "Unexpected token after expression")
        refuse_if(not self.sees("{"), f"{_NO_STRUCT}{self.head.place}")
        statement.item = self.struct()
        refuse_if(self.accept("RETURNING"), "RETURNING is not supported in INSERT")
        self.end()
        return statement

    def update(self) -> Statement:
        statement, actions = self.target("UPDATE", self.path), []
        while section := self.accept("SET", "REMOVE"):
            removes = section.text == "REMOVE"
            actions += [("REMOVE", self.path(), None)] if removes else self.several(self.assignment)
        if not actions:
            raise Malformed("Expected data manipulation")
        self.selection(statement)
        # Of paths that overlap the last is told first.
        statement.update = updates.bound(TreeBinder("Update"), actions[::-1])
        return statement

    def delete(self) -> Statement:
        self.expect("FROM", "Expected FROM after DELETE")
        return self.selection(self.target("DELETE", self.path))

    # Clauses

    def column(self) -> tuple[str, tuple]:
        return self.head.place, self.unnamed(self.expression)

    def end(self) -> None:
        """Of a statement, or of one within EXISTS()."""
        if self.head.kind != "end" and not self.sees(";", ")"):
            raise Malformed("Unexpected token after expression")

    def unnamed(self, rule: Callable[[], tuple]) -> tuple:
        """What a rule reads, without the other name that SQL may give it."""
        tree = rule()
        if self.accept("AS") or self.head.kind in NAMES:
            self.take()
            refuse_if(self.head.kind not in NAMES, "Aliasing is not supported")
        return tree

    def target(self, kind: str, rule: Callable[[], tuple]) -> Statement:
        sign, path, *_ = self.unnamed(rule)
        refuse_if(sign != "path", "Unexpected from source")
        refuse_if(len(path) > 2, "A path may contain at most 2 components in the FROM clause")
        refuse_if(kind != "SELECT" and len(path) > 1, "This operation is not supported on an index")
        return Statement(kind, *path)

    def where(self) -> tuple | None:
        return self.expression() if self.accept("WHERE") else None

    def order(self) -> list[tuple[tuple, bool]]:
        if not self.accept("ORDER"):
            return []
        self.expect("BY", "Expected BY")
        return self.several(lambda: (self.path()[1], bool(not self.accept("ASC") and self.accept("DESC"))))

    def selection(self, statement: Statement) -> Statement:
        """Which item an UPDATE or a DELETE is for, and what it returns of it."""
        where, returning = self.where(), self.returning()
        self.end()
        refuse_if(
            statement.kind == "DELETE" and returning not in ("NONE", "ALL OLD"),
            f"Invalid returning clause: RETURNING {returning} *. "
            "Only RETURNING ALL OLD * is allowed in DELETE statements.",
        )
        statement.where = conjuncts(where)
        statement.returning = returning.replace("MODIFIED", "UPDATED").replace(
            " ", "_"
        )  # as ReturnValues says it
        return statement

    def assignment(self) -> tuple:
        """(section, path, tree): `path = set_add(path, value)` is an ADD."""
        path = self.path()
        self.expect("=", "Expected '='")
        tree = self.expression()
        name, arguments = tree[1:3] if tree[0] == "call" else ("", [])
        if name not in _SET_FUNCTIONS:
            return ("SET", path, tree)
        first, second = arguments if len(arguments) == 2 else (None, path)
        refuse_if(first != path, f"The first argument to {name.upper()} must equal the assignment value")
        no_set = second[0] != "value" or kind_of(second[1]) not in SETS
        refuse_if(no_set, f"The second argument to {name.upper()} must be a value with type SET")
        return (_SET_FUNCTIONS[name], path, second)

    def returning(self) -> str:
        """For example "MODIFIED NEW"."""
        if not self.accept("RETURNING"):
            return "NONE"
        words = self.accept("ALL", "MODIFIED"), self.accept("OLD", "NEW")
        if not all(words):
            raise Malformed("Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.")
        self.expect("*", "Expected '*'")
        return " ".join(word.text for word in words)
