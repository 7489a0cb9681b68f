import itertools
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image, ImageColor

from bot.documents.digest_picture import PARTS, WIDTH, draw
from bot.domain.digest import Digest
from bot.office import Office

MakeDigest = Callable[..., Digest]
BAND = (30, 91, 87)
PAPER = (238, 242, 240)
CARD = (255, 255, 255)
RED = (163, 44, 34)


def opened(file: bytes) -> Image.Image:
    image = Image.open(BytesIO(file))
    assert image.format == "PNG"
    return image.convert("RGB")


def colours(image: Image.Image, box: tuple[int, int, int, int]) -> set[tuple[int, ...]]:
    found = image.crop(box).getcolors(maxcolors=1 << 24)
    assert found is not None
    return {colour for _, colour in found if isinstance(colour, tuple)}


def below_band(image: Image.Image) -> int:
    """The first row under the coloured band."""
    return next(y for y in range(image.height) if image.getpixel((2, y)) == PAPER)


def test_a_busy_day_fills_a_phone_page_from_band_to_footer(office: Office, make_digest: MakeDigest) -> None:
    image = opened(draw(make_digest(), office))
    assert image.width == WIDTH == 720
    assert 1500 < image.height < 3000
    assert BAND in colours(image, (0, 0, WIDTH, 40))
    band = below_band(image)
    for place in range(4):
        left = 20 + place * 174
        tile = (left, band, left + 156, band + 160)
        assert len(colours(image, tile)) > 8, f"tile {place} is empty"
    assert RED in colours(image, (0, band, WIDTH, band + 800))
    assert len(colours(image, (0, image.height - 100, WIDTH, image.height))) > 4


def test_a_calm_day_is_short(office: Office, calm_digest: Digest) -> None:
    image = opened(draw(calm_digest, office))
    assert image.width == WIDTH
    assert image.height < 700
    assert RED not in colours(image, (0, 0, WIDTH, image.height))


@pytest.mark.parametrize("villages", [3, 40])
def test_long_names_stay_inside_the_page(office: Office, make_digest: MakeDigest, villages: int) -> None:
    digest = make_digest(
        township="云岭山区高寒移民安置示范镇人民政府纪检监察工作办公室",
        village="上下青石坝高山移民新村第三安置点",
        matter="进村公路第三标段水毁塌方路段挡土墙",
        officer="阿卜杜勒·买买提江·热合曼",
        times=8,
        villages=villages,
    )
    image = opened(draw(digest, office))
    band = below_band(image)
    assert colours(image, (0, band, 18, image.height)) == {PAPER}
    assert colours(image, (WIDTH - 18, band, WIDTH, image.height)) == {PAPER}
    assert colours(image, (0, 0, 18, band)) == colours(image, (WIDTH - 18, 0, WIDTH, band)) == {BAND}
    # Between the card's edge and its text runs a strip that no word enters.
    right = image.crop((WIDTH - 20 - 20, band + 230, WIDTH - 20 - 16, image.height - 260))
    assert colours(right, (0, 0, *right.size)) <= {PAPER, CARD}


def test_nothing_is_cut_off_below(office: Office, make_digest: MakeDigest) -> None:
    image = opened(draw(make_digest(times=30), office))
    assert colours(image, (0, image.height - 16, WIDTH, image.height)) == {PAPER}


def test_the_bars_are_told_apart_on_a_grey_screen() -> None:
    grey = [ImageColor.getcolor(colour, "L") for _, colour, _ in PARTS]
    steps = [abs(int(str(one)) - int(str(other))) for one, other in itertools.pairwise(grey)]
    assert min(steps) >= 30, grey


def test_the_same_digest_gives_the_same_bytes(office: Office, make_digest: MakeDigest) -> None:
    assert draw(make_digest(), office) == draw(make_digest(), office)
