"""The typeface of everything that is drawn: one that knows every character of a village's name."""

from functools import cache

from PIL import ImageFont
from pylopdf_fonts_zh_cn import sans_path


@cache
def face(size: int) -> ImageFont.FreeTypeFont:
    """Noto Sans SC in a size of pixels."""
    return ImageFont.truetype(sans_path(), size)
