"""From ``config/`` and the environment to frozen, checked settings; every fault at once, with file and line."""

from bot.domain.faults import Fault
from bot.settings.environment import Environment
from bot.settings.hall import Hall, Villager, read_hall
from bot.settings.people import settings_for_people
from bot.settings.reading import read_settings
from bot.settings.values import Settings, SettingsError

__all__ = [
    "Environment",
    "Fault",
    "Hall",
    "Settings",
    "SettingsError",
    "Villager",
    "read_hall",
    "read_settings",
    "settings_for_people",
]
