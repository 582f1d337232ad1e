"""PartiQL's expressions: tokens in, the trees out that the grammar of the other expressions gives.

    ("path", ("a", "b", 0))    ("value", {"S": "x"})    ("call", "size", [tree, ...], None)    ("=", tree, tree) ...

Names and values stand in them themselves, where the others have placeholders. Source: the rules and messages of AWS's
open parser (partiql-lang-kotlin 0.3, SqlParser), with which the service reads statements. It knows more of SQL than
DynamoDB speaks: what is well formed and still not supported is noted, and told when all has been read.
"""

from __future__ import annotations

from typing import Any

from ..expressions.grammar import CONDITIONS, UPDATES
from ..values import ORDERED, canonical, checked, kind_of
from .tokens import CONSTANTS, FUNCTIONS, INFIX, NAMES, NEGATION, Cursor, Token, malformed

TYPES = {
    "NULL": "NULL", "BOOLEAN": "BOOL", "BOOL": "BOOL", "BLOB": "B", "STRING": "S", "NUMERIC": "N", "STRUCT": "M",
    "TUPLE": "M", "LIST": "L",
}  # fmt: skip
NOTHING = ("value", {"NULL": True})  # stands for what is refused anyway
WRONG_NUMBER = "Number of parameters in request and statement don't match."
_IN = (
    "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with "
    "at least one member"
)
_BAG = "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"


class ExpressionParser(Cursor):
    """Precedence climbing. Each method reads one rule of the grammar."""

    def __init__(self, text: str, given: list[dict]):
        super().__init__(text)
        self.given, self.used = given, 0
        self.refusals: list[str] = []  # why this is not supported
        self.kind = "Condition"  # or Update: an expression with other operators and functions
        self.place = self.head  # of what was read last

    def refuse_if(self, wrong: Any, reason: str) -> None:
        if wrong:
            self.refusals.append(reason)

    def expression(self, above: int = -1) -> tuple:
        tree = self.unary()
        while True:
            negated = self.sees("NOT") and self.second.text in ("IN", "BETWEEN", "LIKE")
            operator = self.second if negated else self.head
            if operator.kind not in ("operator", "sign") or INFIX.get(operator.text, -1) <= above:
                return tree
            self.at += 1 + negated
            negated = negated or (operator.text == "IS" and self.accept("NOT"))
            tree = self.is_of(tree, operator) if operator.text == "IS" else self.binary(tree, operator)
            tree = ("NOT", tree) if negated else tree

    def binary(self, left: tuple, operator: Token) -> tuple:
        if self.head.kind == "end":
            raise malformed("Missing right-hand side expression of infix operator")
        word = operator.text
        if word == "IN" and self.sees("(", "[", "<<"):
            members = self.enclosed(self.expression)
            self.refuse_if(not members, _IN)
            return self.operation(operator, left, *members)
        before = len(self.refusals)
        right = [self.expression(INFIX[word])]
        if word == "BETWEEN":
            self.expect("AND", "Expected AND keyword")
            if self.head.kind == "end":
                raise malformed("Expected expression after AND")
            right.append(self.expression(INFIX[word]))
        if word == "IN":
            self.refusals[before:] = [_IN]
        return self.operation(operator, left, *right)

    def operation(self, operator: Token, *operands: tuple) -> tuple:
        word, self.place = operator.text, operator
        unknown = word in ("+", "-", "*", "/", "%", "||", "LIKE")
        if self.kind == "Update":
            unknown = word not in ("+", "-")
        self.refuse_if(unknown, f"Unsupported operator in {self.kind} Expression. Operator: {word.lower()}")
        what = "argument to NOT must be a Type or Expression"
        what = what if word == "NOT" else "arguments to AND/OR must be Expressions"
        for operand in operands if word in ("AND", "OR", "NOT") else ():
            self.refuse_if(not is_condition(operand), f"The {what}")
        return (word, *operands)

    def is_of(self, subject: tuple, operator: Token) -> tuple:
        """`IS MISSING`, or a type."""
        name = self.take()
        if name.kind not in ("keyword", "constant"):
            raise malformed("Expected type name")
        self.refuse_if(self.kind == "Update", "IS operator is not supported in update expressions")
        if name.text == "MISSING":
            return ("call", "attribute_not_exists", [subject], None)
        self.refuse_if(
            name.text not in TYPES,
            f"Unsupported data type for IS operator: {name.text}. Supported data types are [MISSING, NULL, BOOLEAN, "
            f"BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]{operator.place}",
        )
        return ("call", "attribute_type", [subject, ("value", {"S": TYPES.get(name.text, "S")})], None)

    def unary(self) -> tuple:
        if operator := self.accept("NOT"):
            return self.operation(operator, self.expression(NEGATION))
        if not (operator := self.accept("+", "-")):
            return self.term()
        tree = self.unary()
        if tree[0] != "value" or "N" not in tree[1]:
            return self.operation(operator, NOTHING, tree)
        number = tree[1]["N"]
        if operator.text == "-":
            number = canonical(number[1:] if number[0] == "-" else f"-{number}")
        return ("value", {"N": number})

    def term(self) -> tuple:
        token = self.head
        named = token.kind in NAMES or (token.kind == "keyword" and token.text in FUNCTIONS)
        if named and self.sees_call():
            tree = self.call()
        elif token.kind in NAMES:
            return self.path()
        elif token.kind == "keyword":
            tree = self.keyword()
        elif self.sees("("):
            members = self.enclosed(self.expression)
            if not members:
                raise malformed("Unexpected term")
            if len(members) == 1:
                return members[0]
            wrong = any(member[0] != "value" for member in members)
            self.refuse_if(wrong, f"Unsupported data type: Seq under key root{token.place}")
            tree = ("value", {"L": [member[1] for member in members]})
        else:
            tree = ("value", self.value())
        self.place = token
        return tree

    def call(self) -> tuple:
        name = self.take().text.lower()
        arguments = self.enclosed(self.column)
        if name != "count" and any(argument[0] == "*" for argument in arguments):
            raise malformed(f"{name}(*) is not allowed")
        self.refuse_if(name not in (*CONDITIONS, "size", *UPDATES), f"Unrecognized function: {name}")
        what = "an update" if self.kind == "Update" else "a condition"
        self.refuse_if(
            (name in UPDATES) != (self.kind == "Update"),
            f"The function is not allowed in {what} expression; function: {name}",
        )
        return ("call", name, arguments, None)

    def column(self) -> tuple:
        """An expression, or the star of `SELECT *` and `COUNT(*)`."""
        star = self.accept("*")
        return ("*", star) if star else self.expression()

    def path(self) -> tuple:
        if self.head.kind not in NAMES:
            raise malformed("Expected identifier for simple path")
        start = self.take()
        elements: list[str | int] = [start.text]
        while sign := self.accept(".", "["):
            if sign.text == "[":
                place, index = self.head.place, self.expression()
                self.expect("]", "Expected RIGHT_BRACKET")
                ((kind, content),) = index[1].items() if index[0] == "value" else [("", "")]
                number = kind == "N" and content.isdigit()
                self.refuse_if(kind != "S" and not number, f"Unexpected path component{place}")
                elements.append(int(content) if number else str(content))
            elif self.head.kind in NAMES:
                elements.append(self.take().text)
            else:
                raise malformed("Invalid path dot component")
        self.place = start
        return ("path", tuple(elements))

    # Values

    def value(self) -> dict:
        if self.sees("["):
            return {"L": self.enclosed(self.literal)}
        if self.sees("<<"):
            return self.bag()
        if self.sees("{"):
            return self.struct()
        token = self.take()
        if token.kind == "text":
            return {"S": token.text}
        if token.kind == "number":
            return {"N": canonical(token.text)}
        if token.kind == "constant":
            self.refuse_if(token.text == "MISSING", "MISSING must be compared using IS operator")
            return CONSTANTS[token.text]
        if token.text != "?":
            raise malformed("Unexpected operator" if token.kind == "operator" else "Unexpected term")
        self.used += 1
        self.refuse_if(self.used > len(self.given), WRONG_NUMBER)
        return [*self.given, NOTHING[1]][min(self.used - 1, len(self.given))]

    def literal(self) -> dict:
        tree = self.expression()
        shown = self.place.text.lower() if self.place.kind == "keyword" else self.place.text
        self.refuse_if(tree[0] != "value", f"Unsupported data type: {shown} under key root{self.place.place}")
        return tree[1] if tree[0] == "value" else NOTHING[1]

    def bag(self) -> dict:
        """A set: of members that are all numbers or all strings."""
        place = self.head.place
        members = self.enclosed(lambda: (self.literal(), self.place.place))
        self.refuse_if(not members, f"Empty bags are not supported{place}")
        kind = kind_of(members[0][0]) if members else ""
        for typed, place in members:
            self.refuse_if(kind not in ORDERED or kind not in typed, f"{_BAG}{place}")
        return NOTHING[1] if self.refusals else checked({f"{kind}S": [typed[kind] for typed, _ in members]})

    def struct(self) -> dict:
        found: dict[str, dict] = {}

        def member() -> None:
            place, name = self.head.place, self.expression()[-1]
            self.expect(":", "Expected COLON")
            name = name.get("S") if isinstance(name, dict) else None
            wrong = f"Tuple keys must be of type String. Actual type: VariableReference under root{place}"
            self.refuse_if(name is None, wrong)
            self.refuse_if(name in found, f"Duplicate keys in tuple. Key: {name} under root{place}")
            found[name or ""] = self.literal()

        self.enclosed(member)
        return {"M": found}


def is_condition(tree: tuple) -> bool:
    """Whether it is true or false: not a path, a value, or what a function like size gives."""
    return tree[0] not in ("path", "value", "call", "+", "-") or tree[1] in CONDITIONS
