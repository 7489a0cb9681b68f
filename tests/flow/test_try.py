from tests.flow.village import Village

async def test_it(village: Village) -> None:
    await village.says("阿珍", "二组路灯又不亮了")
    await village.says("阿珍", "就是老井旁边那一盏", after=12)
    await village.shows("阿珍", after=10)
    await village.wait(minutes=3)
    print(await village.officer("1 办结 已换灯泡,今晚亮"))
    await village.wait(minutes=70)
    await village.says("阿珍", "1", after=60)
    await village.until("2026-03-06 17:10")
    print(await village.whole_story("李青山", "周明礼", "陶雨林"))
    assert 0
