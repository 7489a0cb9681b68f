"""Bindings lie over the configuration, and codes mean one thing only."""

from datetime import UTC, datetime, timedelta

from bot.domain.bindings import NO_BINDINGS, Act, BindingChange, Bindings, Whose
from bot.domain.categories import Level
from bot.domain.codes import CodeBook
from bot.domain.org import Account, Group, Organisation, Person, Role, Unit, organisation

NINE = datetime(2026, 3, 6, 1, tzinfo=UTC)
SECRETS = ("a secret",)


def village(*, people: int = 2, configured: str = "") -> Organisation:
    """青石村 with two groups on WeChat."""
    return organisation(
        [
            Unit(id="x", name="某县", level=Level.COUNTY),
            Unit(id="t", name="某镇", level=Level.TOWNSHIP, parent="x"),
            Unit(id="v", name="青石村", level=Level.VILLAGE, parent="t"),
        ],
        [
            Group(id="g1", name="青石一群", village="v", platform="wechat", conversation=configured),
            Group(id="g2", name="青石二群", village="v", platform="wechat", conversation=""),
        ],
        [
            Person(
                id=f"p{number}",
                name=f"某{number}",
                post="网格员",
                unit="v",
                roles=frozenset({Role.DUTY_OFFICER}),
                accounts=(Account(platform="dingtalk", id=f"d{number}"), Account(platform="wechat", id=f"w{number}")),
            )
            for number in range(people)
        ],
    )


def change(whose: Whose, ident: str, address: str = "", *, act: Act = Act.BOUND, hours: int = 0) -> BindingChange:
    """Somebody binds something."""
    return BindingChange(
        whose=whose,
        id=ident,
        act=act,
        at=NINE + timedelta(hours=hours),
        by="p0",
        platform="wechat" if address else "",
        address=address,
    )


def bound(*changes: BindingChange) -> Bindings:
    """A record of these changes."""
    return Bindings(version="1", changes=changes, secrets=SECRETS)


def test_without_bindings_the_configuration_stands() -> None:
    org = village()
    assert NO_BINDINGS.applied(org) is org


def test_a_group_without_a_conversation_is_found_nowhere() -> None:
    assert village().group_at("wechat", "") is None


def test_the_latest_conversation_counts_and_belongs_to_one_group() -> None:
    record = bound(
        change(Whose.GROUP, "g1", "r1"), change(Whose.GROUP, "g1", "r2"), change(Whose.GROUP, "g2", "r2", hours=1)
    )
    org = record.applied(village(configured="old"))
    assert (org.groups["g2"].conversation, org.groups["g1"].conversation) == ("r2", "old")
    assert org.group_at("wechat", "r1") is None
    assert bound(change(Whose.GROUP, "g2", "old")).applied(village(configured="old")).groups["g1"].conversation == ""


def test_a_new_account_replaces_those_of_its_platform_and_leaves_the_others() -> None:
    org = bound(change(Whose.PERSON, "p0", "new")).applied(village())
    assert org.people["p0"].accounts == (
        Account(platform="wechat", id="new"),
        Account(platform="dingtalk", id="d0"),
    )
    assert org.people["p1"] == village().people["p1"]


def test_an_account_is_one_person() -> None:
    org = bound(change(Whose.PERSON, "p0", "w1")).applied(village())
    assert org.person_at("wechat", "w1") == org.people["p0"]
    assert Account(platform="wechat", id="w1") not in org.people["p1"].accounts


def test_what_is_voided_is_nobodys_until_it_is_bound_again() -> None:
    gone = (change(Whose.PERSON, "p0", act=Act.VOIDED), change(Whose.GROUP, "g1", act=Act.VOIDED))
    org = bound(*gone).applied(village(configured="r1"))
    assert (org.people["p0"].accounts, org.groups["g1"].conversation) == ((), "")
    again = bound(*gone, change(Whose.PERSON, "p0", "new")).applied(village())
    assert Account(platform="wechat", id="new") in again.people["p0"].accounts


def test_ids_have_changed_when_a_group_moves_and_not_when_it_is_bound_first() -> None:
    first = change(Whose.GROUP, "g1", "r1")
    assert bound(first).moved_at("wechat") is None
    moved = bound(first, change(Whose.GROUP, "g1", "r2", hours=2))
    assert moved.moved_at("wechat") == NINE + timedelta(hours=2)
    assert moved.moved_at("dingtalk") is None


def test_every_code_is_different_short_and_means_its_owner() -> None:
    org = village(people=3000)
    book = CodeBook(org=org, bindings=bound())
    codes = [book.code(Whose.PERSON, ident) for ident in org.people]
    assert len(set(codes)) == 3000
    assert {len(code) for code in codes} <= {8, 10}
    assert book.meant(Whose.PERSON, codes[17]) == "p17"
    assert len(book.code(Whose.GROUP, "g1")) == 6
    assert book.meant(Whose.GROUP, codes[17]) is None


def test_codes_that_would_be_alike_are_longer_and_the_short_one_means_nobody() -> None:
    """One hundred thousand people make some codes of eight digits alike."""
    org = village(people=30_000)
    book = CodeBook(org=org, bindings=bound())
    long = [ident for ident in org.people if len(book.code(Whose.PERSON, ident)) > 8]
    assert long
    code = book.code(Whose.PERSON, long[0])
    assert book.meant(Whose.PERSON, code) == long[0]
    assert book.meant(Whose.PERSON, code[:8]) is None


def test_a_used_code_is_dead_and_so_is_one_that_got_about() -> None:
    org = village()
    code = CodeBook(org=org, bindings=bound()).code(Whose.PERSON, "p0")
    for after in (change(Whose.PERSON, "p0", "new"), change(Whose.PERSON, "p0", act=Act.RENEWED)):
        book = CodeBook(org=org, bindings=bound(after))
        assert book.meant(Whose.PERSON, code) is None
        assert book.code(Whose.PERSON, "p0") != code


def test_a_code_printed_before_the_key_was_changed_is_still_good() -> None:
    org = village()
    code = CodeBook(org=org, bindings=Bindings(secrets=("old",))).code(Whose.GROUP, "g1")
    assert CodeBook(org=org, bindings=Bindings(secrets=("new", "old"))).meant(Whose.GROUP, code) == "g1"


def test_without_a_secret_there_are_no_codes() -> None:
    book = CodeBook(org=village(), bindings=NO_BINDINGS)
    assert book.meant(Whose.PERSON, "12345678") is None
