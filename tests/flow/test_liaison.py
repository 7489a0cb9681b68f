"""The liaison of the village's supervision station looks, and decides nothing (R61)."""

from dataclasses import replace

from bot.domain.org import Role, organisation
from bot.domain.tickets import State
from bot.settings import Settings
from tests.flow.village import Village


async def test_a_liaison_sees_how_matters_stand_and_changes_none(village: Village, settings: Settings) -> None:
    """吴伯松 is 柳湾村's liaison and nothing else."""
    county = settings.county
    people = [
        replace(person, roles=frozenset({Role.LIAISON})) if person.id == "p-wbs" else person
        for person in county.people.values()
    ]
    await village.restarts(
        settings=replace(settings, county=organisation(county.units.values(), county.groups.values(), people))
    )
    assert "没有等公开的、在督办的事" in await village.officer("待办", who="吴伯松")
    await village.says("阿珍", "二组路灯又不亮了，我家娃都不敢出门")
    await village.says("六叔", "上个季度的村务账目什么时候公布", after=60)
    await village.says("守井人", "老井旁的水管爆了没人修", group="g-sp1", after=60)
    await village.wait(minutes=3)
    await village.says("阿珍", "张春根收了石料老板一万块回扣", after=60)
    await village.wait(minutes=3)
    seen = await village.officer("事情办得怎么样了", who="吴伯松")
    assert seen.startswith("本村要公开的、在督办的事1件：\n2号 信息公开 ")
    assert "别的事还有1件在办，由村里办理。" in seen
    assert "路灯" not in seen, "nobody has it under supervision"
    for hidden in ("阿珍", "六叔", "娃", "水管", "回扣", "石料"):
        assert hidden not in seen, "no villager, nobody's own words, no other village's matter, no clue"
    for words in ("1 办结 修好了", "1 不是诉求", "线索", "提示单", "督办 1", "群发 大家好", "记会 学习"):
        assert (await village.officer(words, who="吴伯松")).startswith("本村要公开的、在督办的事1件"), words
    assert (await village.ticket(1)).ticket.state is State.PROMPTED
    assert "李青山" in await village.officer("值班", who="吴伯松")
    await village.officer("柳湾村1 督办 建设办 群众多次反映", who="周明礼")
    assert "1号 求助 二组路灯：" in await village.officer("待办", who="吴伯松")
