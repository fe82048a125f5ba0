"""What is written of the options is what the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tram_ext.configuration.options import OPTIONS, WorkbenchConfiguration

ROOT = Path(__file__).resolve().parents[2]
_READ_IN_THE_PACKAGE = re.compile(r"""(?:environ|getenv)[^\n]*["'](TRAM_\w+)["']""")


def row(name: str) -> str:
    """Return the line of an option in the table of docs/configuration.md."""
    option, trait = OPTIONS[name], WorkbenchConfiguration.class_traits()[name]
    variable = f"`{option.variable}`" if option.variable else ""
    default = option.unset or f"`{trait.default_value}`"
    return f"| `{name}` | {variable} | {default} | {option.help} |"


def test_the_table_lists_every_option_and_no_other() -> None:
    written = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8").partition("| option | environment |")[2]
    rows = written.partition("\n\n")[0].splitlines()[2:]
    assert rows == [row(name) for name in OPTIONS]


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_explains_itself(name: str) -> None:
    help_ = WorkbenchConfiguration.class_traits()[name].help
    assert len(help_) > 20
    assert help_.endswith(".")


def test_no_module_reads_a_variable_past_the_configuration() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): names
        for path in (ROOT / "tram_ext").rglob("*.py")
        if (names := _READ_IN_THE_PACKAGE.findall(path.read_text(encoding="utf-8")))
    }
    assert found == {}
