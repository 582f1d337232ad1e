"""The ledger: every known difference between DynamoDB, moto, the lab and DynamoDB Local.

python -m helpers.corrections.ledger      write LEDGER.md, the page that people read, from ledger.csv
"""

import csv
from pathlib import Path

PATH = Path(__file__).with_name("ledger.csv")
PAGE = Path(__file__).with_name("LEDGER.md")
COLUMNS = ["behaviour", "aws_page", "dynamodb", "moto", "lab", "dynamodb_local", "lesson"]

_INTRODUCTION = """\
# Where the engines differ

Each row is one thing that moto answers differently from DynamoDB, or that DynamoDB Local does.
The lab answers in moto's place; where its cell is not DynamoDB's, the row says what the lab cannot show.
A test asks moto, the lab and DynamoDB Local for every cell. The link leads to the AWS page that decides.

Made from `ledger.csv` by `python -m helpers.corrections.ledger`.
"""


def rows() -> list[dict[str, str]]:
    """The ledger's rows, as dictionaries by column name."""
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def page() -> str:
    """The ledger as a Markdown table. `same` stands for the words of the DynamoDB column."""
    lines = [
        _INTRODUCTION,
        "| behaviour | DynamoDB | moto | the lab | DynamoDB Local | lesson |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows():
        name = f"[{_cell(row['behaviour'])}]({row['aws_page']})"
        others = [
            "same" if row[column] == row["dynamodb"] else _cell(row[column])
            for column in ("moto", "lab", "dynamodb_local")
        ]
        lines.append(f"| {' | '.join([name, _cell(row['dynamodb']), *others, row['lesson']])} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
