"""PartiQL's tokens, with their places in the text.

DynamoDB reads a statement with PartiQL's own parser, so its keywords are those of all of SQL, also those for which
DynamoDB has no use. Sources: Developer Guide, "PartiQL - a SQL-compatible query language", and AWS's open parser,
partiql-lang-kotlin 0.3; the list of keywords is what DynamoDB Local refuses as the name of an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ..errors import Refused

_KEYWORDS = """
    ABSOLUTE ACTION ADD ALL ALLOCATE ALTER AND ANY ARE AS ASC ASSERTION AT AUTHORIZATION AVG BAG BEGIN BETWEEN BIT
    BIT_LENGTH BLOB BOOL BOOLEAN BY CASCADE CASCADED CASE CAST CATALOG CHAR CHARACTER CHARACTER_LENGTH CHAR_LENGTH CHECK
    CLOB CLOSE COALESCE COLLATE COLLATION COLUMN COMMIT CONFLICT CONNECT CONNECTION CONSTRAINT CONSTRAINTS CONTINUE
    CONVERT CORRESPONDING COUNT CREATE CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR
    DATE DATE_ADD DATE_DIFF DEALLOCATE DEC DECIMAL DECLARE DEFAULT DEFERRABLE DEFERRED DELETE DESC DESCRIBE DESCRIPTOR
    DIAGNOSTICS DISCONNECT DISTINCT DO DOMAIN DOUBLE DROP ELSE END ESCAPE EXCEPT EXCEPTION EXEC EXECUTE EXISTS EXTERNAL
    EXTRACT FALSE FETCH FIRST FLOAT FOR FOREIGN FOUND FROM FULL GET GLOBAL GO GOTO GRANT GROUP HAVING IDENTITY IMMEDIATE
    IN INDEX INDICATOR INITIALLY INNER INPUT INSENSITIVE INSERT INT INTEGER INTERSECT INTERVAL INTO IS ISOLATION JOIN
    KEY LANGUAGE LAST LEFT LET LEVEL LIKE LIMIT LIST LOCAL LOWER MATCH MAX MIN MISSING MODIFIED MODULE NAMES NATIONAL
    NATURAL NCHAR NEW NEXT NO NOT NOTHING NULL NULLIF NUMERIC OCTET_LENGTH OF OLD ON ONLY OPEN OPTION OR ORDER OUTER
    OUTPUT OVERLAPS PAD PARTIAL PIVOT POSITION PRECISION PREPARE PRESERVE PRIMARY PRIOR PRIVILEGES PROCEDURE PUBLIC READ
    REAL REFERENCES RELATIVE REMOVE RESTRICT RETURNING REVOKE RIGHT ROLLBACK ROWS SCHEMA SCROLL SECTION SELECT SESSION
    SESSION_USER SET SEXP SIZE SMALLINT SOME SPACE SQL SQLCODE SQLERROR SQLSTATE STRING STRUCT SUBSTRING SUM SYMBOL
    SYSTEM_USER TABLE TEMPORARY THEN TIME TIMESTAMP TO TRANSACTION TRANSLATE TRANSLATION TRIM TRUE TUPLE UNION UNIQUE
    UNKNOWN UNPIVOT UPDATE UPPER USAGE USER USING VALUE VALUES VARCHAR VARYING VIEW WHEN WHENEVER WHERE WITH WORK WRITE
    ZONE
"""
KEYWORDS = frozenset(_KEYWORDS.split())
NAMES = ("name", "quoted")
_NULL = {"NULL": True}
CONSTANTS = {"TRUE": {"BOOL": True}, "FALSE": {"BOOL": False}, "NULL": _NULL, "MISSING": _NULL}
INFIX = {  # operators between operands, and how tightly they bind
    "OR": 10, "AND": 20, "=": 40, "<>": 40, "IS": 40, "IN": 40, "<": 50, "<=": 50, ">": 50, ">=": 50, "BETWEEN": 50,
    "LIKE": 50, "+": 60, "-": 60, "||": 60, "*": 70, "/": 70, "%": 70,
}  # fmt: skip
NEGATION = 30
ENDS = {  # of what is enclosed, and how the parser calls them
    "(": (")", "RIGHT_PAREN"), "[": ("]", "RIGHT_BRACKET"), "<<": (">>", "RIGHT_DOUBLE_ANGLE_BRACKET"),
    "{": ("}", "RIGHT_CURLY"),
}  # fmt: skip

_TOKEN = re.compile(
    r"""\s+ | --[^\n]* | /\*(?s:.*?)\*/
    | (?P<text>'(?:[^']|'')*') | (?P<quoted>"(?:[^"]|"")*")
    | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?) | (?P<name>[A-Za-z_$][A-Za-z0-9_$]*)
    | (?P<sign><<|>>|<>|<=|>=|!=|\|\||[][(){}:,*;?.=<>+/%-]) | (?P<unknown>.)""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """kind: name quoted text number keyword sign end. Keywords are in capitals."""

    kind: str
    text: str
    place: str  # " at LINE:COLUMN:LENGTH", as messages end


class Malformed(Refused):
    """This is no statement at all, whatever DynamoDB supports."""

    def __init__(self, reason: str):
        super().__init__(f"Statement wasn't well formed, can't be processed: {reason}")


def tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind, word, start = match.lastgroup, match[0], match.start()
        line, column = text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)
        place = f" at {line}:{column}:{len(word)}"
        if kind == "unknown":
            raise Malformed("Invalid character")
        if kind in ("text", "quoted"):
            word = word[1:-1].replace(word[0] * 2, word[0])
        if kind == "name" and word.upper() in KEYWORDS:
            kind, word = "keyword", word.upper()
        if kind:
            yield Token(kind, "<>" if kind == "sign" and word == "!=" else word, place)
    yield Token("end", "", "")


class Cursor:
    """Steps over the tokens of a text."""

    def __init__(self, text: str):
        self.tokens, self.at = list(tokens(text)), 0

    @property
    def head(self) -> Token:
        return self.tokens[self.at]

    @property
    def second(self) -> Token:
        return self.tokens[min(self.at + 1, len(self.tokens) - 1)]

    def take(self) -> Token:
        token = self.head
        self.at += token.kind != "end"
        return token

    def sees(self, *words: str) -> bool:
        return self.head.text in words and self.head.kind in ("keyword", "sign")

    def accept(self, *words: str) -> Token | None:
        return self.take() if self.sees(*words) else None

    def sees_call(self) -> bool:
        return self.second.kind == "sign" and self.second.text == "("

    def expect(self, word: str, reason: str) -> None:
        if not self.accept(word):
            raise Malformed(reason)

    def several(self, rule: Callable[[], Any]) -> list:
        found = [rule()]
        while self.accept(","):
            found.append(rule())
        return found

    def enclosed(self, rule: Callable[[], Any]) -> list:
        """What stands between an opening sign and its end, which may follow at once."""
        end, name = ENDS[self.take().text]
        found = [] if self.sees(end) else self.several(rule)
        self.expect(end, f"Expected {name}")
        return found
