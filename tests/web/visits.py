"""What tests of the web pages say and fetch."""

from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.domain.messages import ToGroup, ToPerson
from tests.web.fakes import World

OURS = {"Sec-Fetch-Site": "same-origin"}
GROUP = ToGroup(group="lw1")
OFFICER = ToPerson(person="p-li")

Client = TestClient[web.Request, web.Application]
Hall = tuple[Client, World]


def says(text: str, **fields: str) -> dict[str, str]:
    """What the page sends when 阿珍 says something in the group."""
    return {"pane": "village", "group": "lw1", "as": "u-az", "where": "", "text": text, **fields}


async def get(client: Client, path: str, **query: str) -> str:
    """The text of a page that must be there."""
    response = await client.get(path, params=query)
    assert response.status == 200, await response.text()
    return await response.text()
