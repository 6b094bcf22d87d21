"""What the check-up finds of Python and of the packages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.checkup import installed
from tests.cli.conftest import Prompt
from tests.cli.doctor.conftest import failed


def test_python_is_held_against_the_declared_range() -> None:
    assert installed.python(">=3.11,<4").state == "ok"
    said = installed.python(">=3.99")
    assert said.state == "fail"
    assert ">=3.99 is needed" in said.found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Makes an installed project that needs what is named, by a real dist-info folder."""

    def make(*needs: str) -> str:
        folder = tmp_path / "site" / "some_project-1.0.dist-info"
        folder.mkdir(parents=True)
        lines = ["Metadata-Version: 2.1", "Name: some-project", "Version: 1.0"]
        (folder / "METADATA").write_text(
            "\n".join(lines + [f"Requires-Dist: {need}" for need in needs]) + "\n"
        )
        monkeypatch.syspath_prepend(str(folder.parent))
        return "some-project"

    return make


@pytest.mark.parametrize(
    ("needs", "pins", "state", "words"),
    [
        (["pytest>=1"], {}, "ok", "no constraints.txt here"),
        (["pytest>=1"], {"pytest": pytest.__version__}, "ok", "1 declared ones fit, 1 pins hold"),
        (["pytest>=1"], {"pytest": "1.2.3"}, "warn", f"pytest {pytest.__version__} (tested with 1.2.3)"),
        (["pytest>=99999"], {}, "fail", f"pytest {pytest.__version__} is not >=99999"),
        (["No.Such_package>=2"], {}, "fail", "no-such-package is not installed (>=2 is needed)"),
        (["pytest>=1"], {"no-such-package": "1"}, "ok", "1 declared ones fit"),
        (["no-such-package; extra == 'dev'"], {"no-such-package": "1"}, "ok", "0 declared ones fit"),
        (["no-such-package; python_version < '3'"], {}, "ok", "0 fit; no constraints"),
    ],
)
def test_packages_are_held_against_ranges_and_pins(
    project: Callable[..., str], needs: list[str], pins: dict[str, str], state: str, words: str
) -> None:
    said = installed.packages(pins, project(*needs))
    assert said.state == state
    assert words in said.found


def test_a_package_that_another_one_needs_counts(project: Callable[..., str], tmp_path: Path) -> None:
    inner = tmp_path / "site" / "inner_one-1.0.dist-info"
    inner.mkdir(parents=True)
    (inner / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: inner-one\nVersion: 1.0\nRequires-Dist: no-such-package; extra == 'more'\n"
    )
    said = installed.packages({"no-such-package": "3.1"}, project("inner-one[more]"))
    assert (said.state, said.found) == ("warn", "no-such-package is not installed (tested with 3.1)")


def test_our_own_pins_are_read() -> None:
    found = installed.pins()
    assert found["apache-airflow"] == "3.3.2"
    assert installed.pins(Path("none.txt")) == {}
    assert {"duckdb", "packaging", "psutil"} <= set(found)


def test_a_project_that_is_not_installed_fails(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.checkup.installed.PROJECT", "no-such-project")
    said = prompt("doctor", "--json")
    assert (said.code, failed(said)) == (3, ["python"])
