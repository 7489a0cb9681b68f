"""What a county decides about each morning: the card with the duty notice (R29), the secretary's own page (R41)."""

from datetime import time
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Address = Annotated[str, Field(pattern=r"^(https://\S+)?$", max_length=500)]
"""Where a link leads, empty for none. Links in a villagers' group are always https."""


class DutyCard(BaseModel):
    """The card or link that the notice brings into every group, once a day (R29). Without ``title`` there is none.

    ``app_id`` and ``page`` are the mini program's on platforms that have them; ``url`` is where everybody else gets.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, Field(max_length=40)] = ""
    description: Annotated[str, Field(max_length=80)] = ""
    url: Address = ""
    app_id: str = ""
    page: str = ""
    thumbnail: Address = ""

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        if self.title and not self.url:
            message = "duty_card needs a url: platforms without mini programs show it"
            raise ValueError(message)
        return self


class SecretaryCard(BaseModel):
    """Whether village secretaries get one private message on working days, and when (R41). Local time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    send: bool = False
    at: time = time(8, 15)
