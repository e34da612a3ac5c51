"""Chinese numerals: capitals (大写) for agreements, and the everyday and capital numerals that people type."""

import re
from decimal import Decimal

_CAPITALS = dict(zip("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟", strict=True))
_EVERYDAY = {ord(capital): plain for plain, capital in _CAPITALS.items()} | str.maketrans("〇两", "零二")
_DIGITS = "零一二三四五六七八九"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))
_TOO_MUCH = 10**16

NUMERAL = "[零〇一二三四五六七八九十百千万亿两点" + "".join(_CAPITALS.values()) + "]"


def capitals(amount: Decimal) -> str:
    """Yuan in capitals: 21880000.50 is 贰仟壹佰捌拾捌万元伍角.

    整 closes a sum of whole yuan; 零 fills a gap within the number and between 元 and 分.
    Raises ValueError for negative amounts, for anything finer than a fen, and from 10^16 yuan.
    """
    fen = amount * 100
    if fen != fen.to_integral_value() or not 0 <= amount < _TOO_MUCH:
        raise ValueError(f"{amount} cannot be written in capitals.")
    yuan, cents = divmod(int(fen), 100)
    jiao, fen_left = divmod(cents, 10)
    text = _spelled(yuan) + "元" if yuan or not cents else ""
    if not cents:
        text += "整"
    if jiao:
        text += f"{_DIGITS[jiao]}角"
    elif fen_left and yuan:
        text += "零"
    if fen_left:
        text += f"{_DIGITS[fen_left]}分"
    return text.translate(str.maketrans(_CAPITALS))


def numeral_value(text: str) -> Decimal:
    """The value of a numeral such as 八十万, 贰仟壹佰 or 一点五亿; raises ValueError unless it is written in full.

    三万五 is refused: it is said for 35,000 and could be read as 30,005.
    """
    text = text.translate(_EVERYDAY)
    if found := re.fullmatch("([^点万亿]+)点([零一二三四五六七八九]+)(万?亿?)", text):
        whole, decimals, scale = found.groups()
        figures = "".join(str(_DIGITS.index(digit)) for digit in decimals)
        return (numeral_value(whole) + Decimal(f"0.{figures}")) * _counted(f"一{scale}")
    if text.startswith("十"):
        text = f"一{text}"
    value = _counted(text)
    # 零 before thousands is a matter of taste (十万零七千); everything else must be as one would spell the value.
    if _spelled(value) not in (text, re.sub("零(?=.千)", "", text)):
        raise ValueError(text)
    return Decimal(value)


def _spelled(number: int) -> str:
    for base, word in _UNITS:
        if number >= base:
            high, low = divmod(number, base)
            gap = "零" if 0 < low < base // 10 else ""
            return _spelled(high) + word + gap + (_spelled(low) if low else "")
    return _DIGITS[number]


def _counted(text: str) -> int:
    """The value of whatever can be read; the caller compares its spelling."""
    for base, word in _UNITS:
        if word in text:
            high, _, low = text.rpartition(word)
            return (_counted(high) if high else 1) * base + _counted(low)
    digits = text.replace("零", "")
    if len(digits) > 1 or digits not in _DIGITS:
        raise ValueError(text)
    return _DIGITS.index(digits) if digits else 0
