"""What a message can be about: the categories, levels and flags of the taxonomy."""

from enum import IntEnum, StrEnum


class Category(StrEnum):
    """The six primary classes of a message (taxonomy; deadlines R3 to R6)."""

    CONSULTATION = "consultation"
    HELP = "help"
    SUGGESTION = "suggestion"
    DISCLOSURE = "disclosure"
    CLUE = "clue"
    NONE = "none"


APPEALS = (Category.CONSULTATION, Category.HELP, Category.SUGGESTION, Category.DISCLOSURE)


class Level(IntEnum):
    """Who holds a ticket, from the village upwards (R18)."""

    VILLAGE = 1
    TOWNSHIP = 2
    COUNTY = 3
    DEPARTMENT = 4


class Flag(StrEnum):
    """Properties of a message that do not depend on its category (taxonomy, "Flags")."""

    CRISIS = "crisis"
    FOLLOWUP = "followup"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    THANKS = "thanks"
    SUPPORT = "support"
    CORRECTION = "correction"
    BATCH = "batch"
    LAW = "law"
    ATTITUDE = "attitude"
    DUTY = "duty"
    SARCASM = "sarcasm"
    NEGATION = "negation"
    QUOTE = "quote"
    MULTI = "multi"
    MINOR = "minor"
    HEALTH = "health"
    ID = "id"
    EXTERNAL = "external"
    HEAT = "heat"
