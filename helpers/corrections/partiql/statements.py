"""PartiQL text to the parts that the other operations are made of.

DynamoDB's PartiQL has no more than its expressions have: SELECT is a Query or a Scan, INSERT a put, UPDATE and DELETE
their namesakes with a condition. So a statement is not evaluated here but rewritten, token by token, into an
expression with placeholders: `SELECT * FROM t WHERE pk='a' AND size("date") > 3` becomes the conjuncts
`#0 = :0` and `size ( #1 ) > :1`. Source: Developer Guide, "PartiQL - a SQL-compatible query language".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..errors import Refused
from ..values import canonical, checked

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")+")|(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)
    |(?P<word>[A-Za-z_][A-Za-z0-9_$]*)|(?P<sign><<|>>|<>|<=|>=|!=|\S))""",
    re.VERBOSE,
)
_OPERATORS = ("AND", "OR", "NOT", "BETWEEN", "IN")
_CLAUSES = ("FROM", "WHERE", "ORDER", "SET", "REMOVE", "RETURNING", "LIMIT", "GROUP")
_CONSTANTS = {"TRUE": {"BOOL": True}, "FALSE": {"BOOL": False}, "NULL": {"NULL": True}}
_RETURNING = {
    ("ALL", "OLD"): "ALL_OLD",
    ("ALL", "NEW"): "ALL_NEW",
    ("MODIFIED", "OLD"): "UPDATED_OLD",
    ("MODIFIED", "NEW"): "UPDATED_NEW",
}


@dataclass
class Statement:
    """What a statement says. Conjuncts and actions are lists of expression tokens: `["#0", "=", ":0"]`."""

    kind: str  # SELECT INSERT UPDATE DELETE EXISTS
    table: str = ""
    index: str | None = None
    columns: list[tuple] | None = None  # None: *
    item: dict = field(default_factory=dict)
    actions: dict[str, list[str]] = field(default_factory=dict)  # {"SET": ["#0 = :0"], "REMOVE": ...}
    where: list[list[str]] = field(default_factory=list)  # joined by AND
    order: tuple[str, bool] | None = None  # attribute, ascending
    returning: str = "NONE"
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict] = field(default_factory=dict)


def parse(text: str, parameters: list[dict] | None) -> Statement:
    """The statement, its parameters put in. Raises `Refused` where it is not PartiQL that DynamoDB speaks."""
    parser = _Parser(text, [checked(value) for value in parameters or []])
    statement = parser.statement()
    if parser.parameters != len(parser.given):
        raise Refused("Number of parameters in request and statement don't match.")
    return statement


class _Parser:
    def __init__(self, text: str, given: list[dict]):
        self.given, self.parameters = given, 0
        self.tokens = [(m.lastgroup, m[m.lastgroup]) for m in _TOKEN.finditer(text)] + [("end", "")]
        if self.tokens[-2:-1] == [("sign", ";")]:
            del self.tokens[-2]
        self.at = 0
        self.result = Statement("")

    # Tokens

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def token(self) -> str:
        """The token; a word in capitals, so that no quoted name is taken for a keyword."""
        kind, token = self.tokens[self.at]
        return token.upper() if kind == "word" else token

    def accept(self, *tokens: str) -> str | None:
        token = self.token
        if token not in tokens or self.kind in ("text", "quoted", "end"):
            return None
        self.at += 1
        return token

    def expect(self, *tokens: str) -> str:
        return self.accept(*tokens) or self.fail()

    def fail(self):
        what = "keyword" if self.kind == "word" else "term"
        raise Refused(f"Statement wasn't well formed, can't be processed: Unexpected {what}")

    def identifier(self) -> str:
        kind, token = self.tokens[self.at]
        if kind not in ("word", "quoted") or (kind == "word" and token.upper() in (*_OPERATORS, *_CLAUSES)):
            self.fail()
        self.at += 1
        return token if kind == "word" else token[1:-1].replace('""', '"')

    # Statements

    def statement(self) -> Statement:
        rules = {
            "SELECT": self.select, "INSERT": self.insert, "UPDATE": self.update, "DELETE": self.delete,
            "EXISTS": self.exists,
        }  # fmt: skip
        self.result.kind = self.expect(*rules)
        rules[self.result.kind]()
        if self.kind != "end":
            self.fail()
        return self.result

    def exists(self) -> None:
        self.expect("(")
        self.expect("SELECT")
        self.select()
        self.expect(")")

    def select(self) -> None:
        if not self.accept("*"):
            self.result.columns = [self.path()]
            while self.accept(","):
                self.result.columns.append(self.path())
        self.expect("FROM")
        self.target()
        self.conditions()
        if self.accept("ORDER"):
            self.expect("BY")
            name = self.identifier()
            self.result.order = (name, self.accept("ASC", "DESC") != "DESC")

    def insert(self) -> None:
        self.expect("INTO")
        self.target()
        self.expect("VALUE")
        if self.token != "{":
            raise Refused(
                "Unsupported format in item expression. Please use struct format {...} to express item values "
                "for insert statement."
            )
        self.result.item = self.literal()["M"]

    def update(self) -> None:
        self.target()
        while section := self.accept("SET", "REMOVE"):
            self.action(section)
            while self.accept(","):
                self.action(section)
        if not self.result.actions:
            self.fail()
        self.conditions()
        self.returned()

    def action(self, section: str) -> None:
        path = self.placed(self.path())
        if section == "SET":
            self.expect("=")
            (tokens,) = self.expression((",",))
            change = {"set_add": "ADD", "set_delete": "DELETE"}.get(tokens[0])
            if change:  # a set is changed by an action of its own: set_add ( path , value )
                section, path = change, f"{path} {tokens[4]}"
            else:
                path = f"{path} = {' '.join(tokens)}"
        self.result.actions.setdefault(section, []).append(path)

    def delete(self) -> None:
        self.expect("FROM")
        self.target()
        self.conditions()
        self.returned()

    def target(self) -> None:
        self.result.table = self.identifier()
        if self.accept("."):
            self.result.index = self.identifier()

    def conditions(self) -> None:
        if self.accept("WHERE"):
            self.result.where = self.expression(())

    def returned(self) -> None:
        if self.accept("RETURNING"):
            words = (self.expect("ALL", "MODIFIED"), self.expect("OLD", "NEW"))
            self.expect("*")
            self.result.returning = _RETURNING[words]

    # Expressions

    def path(self) -> tuple:
        elements: list[str | int] = [self.identifier()]
        while sign := self.accept(".", "["):
            if sign == ".":
                elements.append(self.identifier())
                continue
            kind, token = self.tokens[self.at]
            if kind not in ("number", "text"):
                self.fail()
            elements.append(int(token) if kind == "number" else token[1:-1])
            self.at += 1
            self.expect("]")
        return tuple(elements)

    def placed(self, path: tuple) -> str:
        """A path with placeholders for its names: "#0.#1[2]"."""
        text = ""
        for element in path:
            if isinstance(element, int):
                text += f"[{element}]"
                continue
            name = f"#{len(self.result.names)}"
            self.result.names[name] = element
            text += f".{name}" if text else name
        return text

    def value(self, value: dict) -> str:
        name = f":{len(self.result.values)}"
        self.result.values[name] = value
        return name

    def expression(self, ends: tuple) -> list[list[str]]:
        """Expression tokens up to the next clause, split where AND joins the whole."""
        parts: list[list[str]] = [[]]
        depth, between, splits = 0, 0, True
        while self.kind != "end" and not (depth == 0 and self.ends(ends)):
            out = parts[-1]
            if word := self.accept(*_OPERATORS):
                if word == "AND" and depth == 0 and not between:
                    parts.append([])
                    continue
                between += (word == "BETWEEN") - (word == "AND" and between > 0)
                splits = splits and not (word == "OR" and depth == 0)
                out.append(word)
                if word == "IN" and self.token == "[":
                    members = [self.value(member) for member in self.literal()["L"]]
                    out += ["(", *" , ".join(members).split(), ")"]
            elif sign := self.accept("(", ")", ",", "=", "<>", "!=", "<", "<=", ">", ">=", "+"):
                depth += (sign == "(") - (sign == ")")
                out.append("<>" if sign == "!=" else sign)
            elif self.token == "-" and out and out[-1][0] in "#:)":
                out.append(self.expect("-"))
            elif self.accept("IS"):
                negated, what = bool(self.accept("NOT")), self.expect("NULL", "MISSING")
                subject = out.pop() if out else self.fail()
                if what == "MISSING":
                    out += ["attribute_exists" if negated else "attribute_not_exists", "(", subject, ")"]
                else:
                    out += ["NOT"] * negated
                    out += ["attribute_type", "(", subject, ",", self.value({"S": "NULL"}), ")"]
            elif self.kind == "word" and self.tokens[self.at + 1] == ("sign", "("):
                out.append(self.token.lower())
                self.at += 1
            elif self.kind in ("word", "quoted") and self.token not in _CONSTANTS:
                out.append(self.placed(self.path()))
            else:
                out.append(self.value(self.literal()))
        if not all(parts):
            self.fail()
        if splits:
            return parts
        return [["(", *sum(([*part, "AND"] for part in parts), [])[:-1], ")"]]

    def ends(self, ends: tuple) -> bool:
        return self.token in (*ends, ")") or (self.kind == "word" and self.token in _CLAUSES)

    def literal(self) -> dict:
        """A value written out, or the next parameter."""
        kind, token = self.tokens[self.at]
        self.at += 1
        if kind == "text":
            return {"S": token[1:-1].replace("''", "'")}
        if kind == "number":
            return {"N": canonical(token)}
        if kind == "word" and token.upper() in _CONSTANTS:
            return _CONSTANTS[token.upper()]
        if token == "-" and self.kind == "number":
            return {"N": canonical("-" + self.literal()["N"])}
        if token == "?":
            self.parameters += 1
            if self.parameters > len(self.given):
                raise Refused("Number of parameters in request and statement don't match.")
            return self.given[self.parameters - 1]
        if token == "[":
            return {"L": self.members("]")}
        if token == "{":
            return {"M": dict(self.entries())}
        if token == "<<":
            return self.bag(self.members(">>"))
        self.at -= 1
        return self.fail()

    def members(self, end: str) -> list[dict]:
        members: list[dict] = []
        while not self.accept(end):
            if members:
                self.expect(",")
            members.append(self.literal())
        return members

    def entries(self):
        more = False
        while not self.accept("}"):
            if more:
                self.expect(",")
            kind, token = self.tokens[self.at]
            if kind != "text":
                self.fail()
            self.at += 1
            self.expect(":")
            yield token[1:-1].replace("''", "'"), self.literal()
            more = True

    def bag(self, members: list[dict]) -> dict:
        kinds = {kind for member in members for kind in member}
        if not members:
            raise Refused("Empty bags are not supported")
        if len(kinds) > 1 or not kinds <= {"S", "N", "B"}:
            raise Refused(
                "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"
            )
        (kind,) = kinds
        return checked({kind + "S": [member[kind] for member in members]})
