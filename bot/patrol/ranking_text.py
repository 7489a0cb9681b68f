"""The comparison of villages in words: bands, ties as ties, and what the numbers do not carry left unsaid (R110)."""

from collections.abc import Iterator

from bot.domain.org import Unit
from bot.domain.periods import Period
from bot.domain.results import Band, Place, Ranking
from bot.office import Office


def say_ranking(ranking: Ranking, township: Unit, month: Period, office: Office) -> str:
    """The whole comparison as text: reference only, no assessment, no persons."""
    title = office.say("review.ranking_title", township=township.name, year=month.first.year, month=month.first.month)
    lines = [line for band in ranking.bands for line in (say_band(band, office), *say_places(band, office))]
    if ranking.without:
        names = office.say("due.separator").join(office.org.units[unit].name for unit in ranking.without)
        lines.append(office.say("review.ranking_without", names=names))
    if not ranking.bands:
        lines.append(office.say("review.ranking_nothing"))
    return "\n".join((title, *lines, office.say("review.ranking_note")))


def say_band(band: Band, office: Office) -> str:
    """Which villages are compared with each other."""
    key = "review.band_over" if band.most is None else "review.band"
    return office.say(key, fewest=band.fewest, most=band.most or 0)


def say_places(band: Band, office: Office) -> Iterator[str]:
    """One line per village of a band."""
    for place in band.places:
        yield office.say(
            "review.place",
            place=say_place(place, office),
            village=office.org.units[place.unit].name,
            due=place.results.due,
            well=place.results.well,
            low=round(100 * place.interval.low),
            high=round(100 * place.interval.high),
        )


def say_place(place: Place, office: Office) -> str:
    """``第1``, or the range of places that the numbers allow: ``并列第1至3``."""
    key = "review.tied" if place.tied else "review.alone"
    return office.say(key, best=place.best, worst=place.worst)
