"""How a correction says no."""


class Refused(Exception):
    """What DynamoDB answers instead of doing the work.

    message: the words DynamoDB uses. kind: the error code a client sees in `Error.Code`.
    fields: what else the error carries, e.g. `CancellationReasons` or `Item`.
    """

    def __init__(self, message: str, kind: str = "ValidationException", **fields):
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.fields = fields


INVALID = "One or more parameter values were invalid: "


def invalid(what: str) -> Refused:
    return Refused(INVALID + what)


def refuse_if(wrong: object, message: str, kind: str = "ValidationException") -> None:
    if wrong:
        raise Refused(message, kind)


def missing_if(wrong: object, what: str = "") -> None:
    refuse_if(wrong, f"Requested resource not found{what}", "ResourceNotFoundException")


def invalid_if(wrong: object, what: str) -> None:
    refuse_if(wrong, INVALID + what)
