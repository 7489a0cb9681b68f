"""Hide private numbers before a text is stored in a ticket or shown: phones, identity and bank cards, plates."""

import re

HIDDEN = "〔号码已隐去〕"
_DIGITS = re.compile(r"[0-90-9]")
_ID = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}[ -]?[0-9]{4}[ -]?[0-9]{3}[0-9Xx](?![0-9])")
_CARD = re.compile(r"(?<![0-9])[0-9]{4}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?(?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?86[ -]?)?(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})(?![0-9])")
_LANDLINE = re.compile(r"(?<![0-9])(0[0-9]{2,3})[ -]([0-9]{7,8})(?![0-9])")
_PLATE = re.compile(
    r"(?:[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z])[ ·•.]?"
    r"(?=[A-Za-z0-9]{0,5}[0-9])([A-HJ-NP-Za-hj-np-z0-9]{5,6})(?![A-Za-z0-9])"
)
_FULL_WIDTH_DIGITS = str.maketrans({**{0xFF10 + digit: str(digit) for digit in range(10)}, 0xFF38: "X", 0xFF58: "x"})


def mask(text: str) -> str:
    """Return the text with mobile numbers as 138****5678 and other private numbers as a plain note.

    Whole 18-digit identity numbers, cards of 16 to 19 digits, landlines and number plates are hidden entirely;
    money, dates and lot numbers stay.
    """
    if not _DIGITS.search(text):
        return text
    digits = text.translate(_FULL_WIDTH_DIGITS)
    hidden = _ID.sub(HIDDEN, digits)
    hidden = _CARD.sub(HIDDEN, hidden)
    hidden = _MOBILE.sub(r"\1****\3", hidden)
    hidden = _LANDLINE.sub(HIDDEN, hidden)
    hidden = _PLATE.sub(HIDDEN, hidden)
    return hidden if hidden != digits else text


def has_private_number(text: str) -> bool:
    """Whether the text holds a number that ``mask`` hides."""
    return mask(text) != text
