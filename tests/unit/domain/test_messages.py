"""Recipients as words, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.messages import Recipient, ToAccount, ToGroup, ToPerson, recipient_key, recipient_of

WORDS = st.text(min_size=1, max_size=20)
PLATFORMS = st.sampled_from(["practice", "wechat", "dingtalk"])


@given(
    st.one_of(
        st.builds(ToGroup, group=WORDS),
        st.builds(ToPerson, person=WORDS),
        st.builds(ToAccount, platform=PLATFORMS, account=WORDS),
    )
)
def test_every_recipient_comes_back_from_its_key(to: Recipient) -> None:
    assert recipient_of(recipient_key(to)) == to


@pytest.mark.parametrize("key", ["", "g-lw1", "account:practice", "village:liuwan", ":"])
def test_what_is_no_recipient_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="not a recipient"):
        recipient_of(key)
