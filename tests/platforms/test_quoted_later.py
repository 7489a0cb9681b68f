"""WeChat quotes words: what was said before the bot was started again is known as what was said since."""

from datetime import timedelta

from tests.platforms.living import Home, living
from tests.platforms.stories import LIGHT, WATER, answered, asked
from tests.platforms.streets import OFFICER, VILLAGERS, WechatStreet

RULE = "- - - - - - - - - - - - - - -"


async def test_a_villager_and_the_bot_are_quoted_after_it_was_started_again(
    home: Home, on_wechat: WechatStreet
) -> None:
    async with living(home, on_wechat.adapter()) as life:
        light = await asked(life, on_wechat, LIGHT, number=1)
        life.wait(timedelta(minutes=11))
        await asked(life, on_wechat, WATER, number=2, by="u-ly")
        prompt = next(one.text for one in await on_wechat.seen() if one.to == OFFICER and one.text.startswith("【2号 "))
    async with living(home, on_wechat.adapter()) as life:

        async def online() -> bool:
            return life.online

        await life.until(online, hurry=False)
        in_group = await on_wechat.ask(f"「{VILLAGERS['u-zhen']}：{LIGHT}」\n{RULE}\n看到了，今晚去换", by=OFFICER)
        in_private = await on_wechat.tell(f"「小微：{prompt}」\n{RULE}\n办结 水管接好了，水已经来了")
        await life.hears(in_group, in_private)
        (quoting,) = await life.store.said([("wechat", in_group)])
        assert quoting.quote == light

        async def closed() -> bool:
            return [one["number"] for one in await life.tickets() if one["state"] == "closed"] == [2]

        await life.until(closed)
        await answered(life, on_wechat, number=1)
