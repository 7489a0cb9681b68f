"""A small county that is in order, which each test then spoils in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_settings

COUNTY = """\
county: {id: c, name: 小县}
townships:
  - id: t
    name: 小镇
    people:
      - {id: p-jw, name: 季文, post: 镇纪委书记, roles: [纪检]}
    villages:
      - id: v
        name: 小村
        people:
          - {id: p-zb, name: 赵柏, post: 网格员, roles: [值班员], accounts: {practice: u-zb}}
        groups:
          - {id: g, name: 小村群, platform: practice, conversation: g}
"""
ROSTER = """\
villages:
  v:
    weekly: {每天: [p-zb]}
"""


@dataclass(frozen=True, kw_only=True)
class CountyFolder:
    """A county's folder on disk."""

    path: Path

    def write(self, name: str, text: str) -> None:
        """Put a file into the folder, below it if the name has a slash."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the folder as the bot does at its start."""
        return read_settings(self.path, environ or {})

    def faults(self, environ: Mapping[str, str] | None = None) -> list[str]:
        """List the faults as they are printed, with the folder's own path taken off."""
        with pytest.raises(SettingsError) as refused:
            self.read(environ)
        return [str(fault).removeprefix(f"{self.path}/") for fault in refused.value.faults]


@pytest.fixture
def folder(tmp_path: Path) -> CountyFolder:
    """Return a county of one township, one village, one group and one officer, all in order."""
    county = CountyFolder(path=tmp_path / "小县")
    county.write("county.yaml", COUNTY)
    county.write("roster.yaml", ROSTER)
    return county
