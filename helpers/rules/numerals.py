"""How many bytes a number is: the one type whose size the Developer Guide gives only approximately."""

import re
from functools import lru_cache

from . import limits

_NUMBER = re.compile(r"([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?)0*([0-9]+))?")


@lru_cache(maxsize=1 << 16)  # tables repeat their numbers: years, prices, counters
def number_size(number: str) -> int:
    """Bytes of a number in any decimal notation: 1, and 1 for each pair of digits, and 1 if it is negative.

    Pairs are aligned on the decimal point, and pairs of zeros at either end are not stored: 1200 is one pair
    (12), 110 two (1, 10), 1.5 two (1, 50), 0.015 two (01, 50). So integer and fraction digits round up apart.
    Zero is 1 byte; no number is more than 21. The guide's "1 byte per two significant digits and 1 byte" is
    one too little where a pair is split and for a negative number. Held to DynamoDB Local's sizes, byte by byte.
    Of the service itself the split and the sign are measured too (github.com/nubo-db/dynoxide/pull/195); on
    the lone zero at an end, in 110 and 0.015, public calculators differ by a byte.
    """
    match = _NUMBER.fullmatch(number)
    if match is None:
        shown = number if len(number) <= 40 else f"{number[:40]}…"
        raise ValueError(f"{shown!r} is not a number: write decimal digits, as in '-12.5' or '1E3'")
    sign, whole, fraction, bare_fraction, direction, exponent = match.groups()
    power = int(f"{direction or ''}{(exponent or '0')[:11]}")  # 11 digits are too many as it is
    fraction = fraction or bare_fraction or ""
    digits = ((whole or "") + fraction).lstrip("0")
    significant = digits.rstrip("0")
    if not significant and abs(power) < 1 << 31:
        return 1
    if len(significant) > limits.NUMBER_MAX_DIGITS:
        raise ValueError(f"has {len(significant)} significant digits: round to {limits.NUMBER_MAX_DIGITS}")
    # The powers of ten of the last and of the first significant digit.
    lowest = power - len(fraction) + len(digits) - len(significant)
    highest = lowest + len(significant) - 1
    if not limits.NUMBER_MIN_POWER_OF_TEN <= highest <= limits.NUMBER_MAX_POWER_OF_TEN:
        raise ValueError("is outside 1E-130 to 9.9999999999999999999999999999999999999E+125")
    pairs = highest // 2 - lowest // 2 + 1
    return min(1 + pairs + (sign == "-"), limits.NUMBER_MAX_BYTES)
