"""PartiQL's expressions: tokens in, the trees out that the grammar of the other expressions gives.

    ("path", ("a", "b", 0))    ("value", {"S": "x"})    ("call", "size", [tree, ...], None)    ("=", tree, tree) ...

Names and values stand in them themselves, where the others have placeholders. Source: the rules and messages of AWS's
open parser (partiql-lang-kotlin 0.3, SqlParser), with which the service reads statements. It knows more of SQL than
DynamoDB speaks: operators and functions that are not supported are refused when a tree is bound.
"""

from __future__ import annotations

from ..errors import Refused, refuse_if
from ..values import ORDERED, canonical, checked, kind_of
from .tokens import CONSTANTS, INFIX, NAMES, NEGATION, Cursor, Malformed

TYPES = {
    "NULL": "NULL", "BOOLEAN": "BOOL", "BOOL": "BOOL", "BLOB": "B", "STRING": "S", "NUMERIC": "N", "STRUCT": "M",
    "TUPLE": "M", "LIST": "L",
}  # fmt: skip
_IN = (
    "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with "
    "at least one member"
)
_BAG = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"


class ExpressionParser(Cursor):
    """Precedence climbing. Each method reads one rule of the grammar."""

    def __init__(self, text: str, parameters: list[dict]):
        super().__init__(text)
        self.parameters = iter(parameters)

    def expression(self, above: int = -1) -> tuple:
        tree = ("NOT", self.expression(NEGATION)) if self.accept("NOT") else self.term()
        while True:
            negated = bool(self.sees("NOT")) and self.second.text in ("IN", "BETWEEN", "LIKE")
            operator = self.second if negated else self.head
            if operator.kind not in ("keyword", "sign") or INFIX.get(operator.text, -1) <= above:
                return tree
            self.at += 1 + negated
            if operator.text == "IS":
                negated = bool(self.accept("NOT"))
            tree = self.infix(tree, operator.text)
            tree = ("NOT", tree) if negated else tree

    def infix(self, left: tuple, operator: str) -> tuple:
        if self.head.kind == "end":
            raise Malformed("Missing right-hand side expression of infix operator")
        if operator == "IS":
            name = self.accept("MISSING", *TYPES)
            if not name:
                raise Malformed("Expected type name")
            if name.text == "MISSING":
                return ("call", "attribute_not_exists", [left], None)
            return ("call", "attribute_type", [left, ("value", {"S": TYPES[name.text]})], None)
        if operator == "IN":
            members = self.enclosed(self.expression) if self.sees("(", "[", "<<") else []
            refuse_if(not members, _IN)
            return ("IN", left, *members)
        right = self.expression(INFIX[operator])
        if operator != "BETWEEN":
            return (operator, left, right)
        self.expect("AND", "Expected AND keyword")
        return ("BETWEEN", left, right, self.expression(INFIX["BETWEEN"]))

    def term(self) -> tuple:
        token = self.head
        if token.kind in (*NAMES, "keyword") and self.sees_call():
            name = self.take().text.lower()
            return ("call", name, self.enclosed(self.argument), None)
        if token.kind in NAMES:
            return self.path()
        if token.kind == "keyword" and token.text not in CONSTANTS:
            refuse_if(token.text == "SELECT", f"Unsupported token in expression: SELECT{token.place}")
            # An expression may begin with FROM, as in `FROM table SET ...`: hence a SELECT without columns.
            raise Malformed("Expected data manipulation" if token.text == "FROM" else "Unexpected keyword")
        if not self.sees("("):
            return ("value", self.value())
        members = self.enclosed(self.expression)
        if len(members) != 1:
            raise Malformed("Unexpected term")
        return members[0]

    def argument(self) -> tuple:
        """An expression, or the star of `COUNT(*)`."""
        return ("*",) if self.accept("*") else self.expression()

    def path(self) -> tuple:
        if self.head.kind not in NAMES:
            raise Malformed("Expected identifier for simple path")
        elements: list[str | int] = [self.take().text]
        while sign := self.accept(".", "["):
            part = self.take()
            index = sign.text == "[" and part.kind == "number" and part.text.isdigit()
            if sign.text == "[":
                refuse_if(not index and part.kind != "text", f"Unexpected path component{part.place}")
                self.expect("]", "Expected RIGHT_BRACKET")
            elif part.kind not in NAMES:
                raise Malformed("Invalid path dot component")
            elements.append(int(part.text) if index else part.text)
        return ("path", tuple(elements))

    # Values

    def value(self) -> dict:
        if self.sees("["):
            return {"L": self.enclosed(self.literal)}
        if self.sees("<<"):
            return self.bag()
        if self.sees("{"):
            return {"M": self.struct()}
        token = self.take()
        if token.text in ("+", "-") and token.kind == "sign" and self.head.kind == "number":
            return {"N": canonical(token.text + self.take().text)}
        if token.kind == "number":
            return {"N": canonical(token.text)}
        if token.kind == "text":
            return {"S": token.text}
        if token.text in CONSTANTS:
            refuse_if(token.text == "MISSING", "MISSING must be compared using IS operator")
            return CONSTANTS[token.text]
        if token.text == "?":
            return next(self.parameters)
        raise Malformed("Unexpected term")

    def literal(self) -> dict:
        start, tree = self.head, self.expression()
        refuse_if(tree[0] != "value", f"Unsupported data type: {start.text} under key root{start.place}")
        return tree[1]

    def bag(self) -> dict:
        """A set: of members that are all numbers or all strings."""
        start = self.head
        members = self.enclosed(lambda: (self.head.place, self.literal()))
        refuse_if(not members, f"Empty bags are not supported{start.place}")
        kind = kind_of(members[0][1])
        for place, typed in members:
            refuse_if(kind not in ORDERED or kind not in typed, f"{_BAG}{place}")
        return checked({f"{kind}S": [typed[kind] for _, typed in members]})

    def struct(self) -> dict:
        found: dict[str, dict] = {}

        def member() -> None:
            name = self.take()
            if name.kind in NAMES:
                raise Refused(
                    f"Tuple keys must be of type String. Actual type: VariableReference under root{name.place}"
                )
            if name.kind != "text":
                raise Malformed("Unexpected term")
            refuse_if(name.text in found, f"Duplicate keys in tuple. Key: {name.text} under root{name.place}")
            self.expect(":", "Expected COLON")
            found[name.text] = self.literal()

        self.enclosed(member)
        return found
