"""`chokepoint doctor`: what it finds of the installation, the settings and the sources, and what it never shows."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cli.checkup import configured, dagfiles, installed
from contracts.checkup import Check
from contracts.document import Probe
from extractors.web.session import Web
from tests.cli import standin
from tests.cli.conftest import Prompt, Said
from tests.fault_server import FaultServer
from warehouse.home import Home
from warehouse.locks import lock

ROOT = Path(__file__).parents[2]
PLANTED = "s3cr+t/planted=key"
RATES = "https://rates.example/2026-01"
ITEMS = "https://papers.example/feed"


@pytest.fixture(autouse=True)
def one_dag_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one DAG file that reads at once, in the place of ours."""
    folder = tmp_path / "dagfolder"
    folder.mkdir()
    (folder / "quick.py").write_text("x = 1\n")
    monkeypatch.setattr("cli.checkup.dagfiles.dags_folder", lambda: folder)
    return folder


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


@pytest.fixture
def probed(world: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> FaultServer:
    """The stand-in sources with probes, asked by the real session at a server in the place of the web."""
    plans = {"rates": RATES, "papers": ITEMS, "keyed": "https://keyed.example/table"}
    sources = {
        name: replace(source, probe=Probe(lambda name=name: standin.Fetch(name, plans[name])))  # type: ignore[misc]
        for name, source in standin.SOURCES.items()
    }
    monkeypatch.setattr("extractors.registry.sources", lambda: MappingProxyType(sources))
    monkeypatch.setattr("extractors.web.session.Web.from_env", Web)
    monkeypatch.setenv("CHOKEPOINT_MIRROR", server.base)
    for url, body in standin.ANSWERS.items():
        server.good(url, body, "text/plain")
    return server


def found(said: Said) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in said.envelope["data"]["checks"]}


def failed(said: Said) -> list[str]:
    return [name for name, check in found(said).items() if check["state"] == "fail"]


def test_a_fit_machine_ends_with_0(prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOKEPOINT_CONTACT", "me@example.org")
    said = prompt("doctor", "--json")
    assert (said.code, said.envelope["ok"], said.envelope["kind"]) == (0, True, "live")
    assert failed(said) == []
    for check in said.envelope["data"]["checks"]:
        assert set(check) == {"name", "state", "found", "advice"}
        assert check["state"] in ("ok", "warn", "skipped")
        assert check["found"]
    names = list(found(said))
    assert names[:3] == ["python", "packages", "duckdb"]
    assert {"settings", "feeds", "customs queries", "filers", "notices", "contact", "mirror"} <= set(names)
    assert {"home", "writing", "locking", "one disk", "room", "clock", "release", "locks"} <= set(names)
    assert names[-4:] == ["drafts", "quarantine", "holds", "dags"]
    assert sum(said.envelope["data"]["counts"].values()) == len(names)


def test_words_show_every_check_and_what_to_do(prompt: Prompt, live_home: Home) -> None:
    said = prompt("doctor")
    lines = said.out.splitlines()
    assert lines[0].split() == ["check", "state", "found"]
    assert any(line.split()[:2] == ["contact", "warn"] for line in lines)
    assert any(line.startswith("contact: set CHOKEPOINT_CONTACT") for line in lines)
    assert "warning: to look at: contact" in said.err


def test_no_home_yet_fails_nothing_and_makes_none(prompt: Prompt, world: Path) -> None:
    said = prompt("doctor", "--json")
    assert (said.code, said.envelope["kind"]) == (0, None)
    assert found(said)["home"]["state"] == "skipped"
    assert not (world / "home").exists()


def test_a_fault_here_ends_with_3(prompt: Prompt, live_home: Home) -> None:
    (live_home.root / "home.json").write_text("{")
    said = prompt("doctor", "--json")
    assert (said.code, failed(said)) == (3, ["home"])
    assert said.envelope["errors"][0]["message"] == "failed here: home"


def test_a_lock_is_shown_with_its_holder(prompt: Prompt, live_home: Home) -> None:
    with lock(live_home, "rates"):
        said = prompt("doctor", "--json")
    assert said.code == 0
    assert "held by process " in found(said)["lock rates"]["found"]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("CHOKEPOINT_HOEM", "CHOKEPOINT_HOME"),
        ("chokepoint_feeds", "CHOKEPOINT_FEEDS"),
        ("CHOKEPOINT_ZZZQ", ""),
    ],
)
def test_a_misspelt_setting_is_told_with_the_nearest(
    prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch, name: str, nearest: str
) -> None:
    monkeypatch.setenv(name, "x")
    check = found(prompt("doctor", "--json"))["settings"]
    assert check["state"] == "warn"
    assert check["found"].startswith(f"{name} is not known")
    assert (f"is {nearest} meant?" in check["found"]) == bool(nearest)


def test_every_setting_of_the_project_is_known_and_documented() -> None:
    folders = ("cli", "contracts", "dags", "extractors", "transforms", "warehouse")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    read = [path.read_text("utf-8") for path in paths if path != Path(configured.__file__)]
    name = re.compile(r"CHOKEPOINT_[A-Z_]*[A-Z]")
    assert set(name.findall("\n".join(read))) == configured.KNOWN
    assert set(name.findall((ROOT / ".env.example").read_text("utf-8"))) == configured.KNOWN


@pytest.mark.parametrize("variable", configured.LISTS)
@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), ("[[", "TOML"), ("other = 1", "other")],
    ids=["none", "torn", "odd"],
)
def test_a_list_that_cannot_be_read_fails(
    prompt: Prompt,
    world: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    content: str | None,
    words: str,
) -> None:
    path = world / "list.toml"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(variable, str(path))
    said = prompt("doctor", "--json")
    label = configured.LISTS[variable][0]
    assert (said.code, failed(said)) == (3, [label])
    assert "list.toml" in found(said)[label]["found"]
    assert words in found(said)[label]["found"] or "expected [[" in found(said)[label]["found"]


def test_a_list_that_can_be_read_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = {"CHOKEPOINT_FEEDS": str(ROOT / "samples" / "feeds.toml")}
    said = configured.named_list(feeds, "CHOKEPOINT_FEEDS")
    assert (said.state, said.found.partition(" ")[0]) == ("ok", "9")
    for variable in configured.LISTS:
        assert configured.named_list({}, variable).found.endswith("in the list shipped")


def test_a_contact_that_fits_in_no_header_fails(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOKEPOINT_CONTACT", "mé@example.org")
    assert failed(prompt("doctor", "--json")) == ["contact"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("127.0.0.1:1", "must be a URL"),
        ("ftp://127.0.0.1", "must be a URL"),
        ("http://127.0.0.1:99999", "must be a URL"),
        ("http://127.0.0.1:{free}", "nothing answers at 127.0.0.1:"),
        ("http://no.such.host.invalid:80", "nothing answers at no.such.host.invalid:80"),
    ],
)
def test_a_mirror_that_cannot_be_asked_fails(base: str, words: str) -> None:
    environ = {"CHOKEPOINT_MIRROR": base.format(free=free_port())}
    checks = {check.name: check for check in configured.configured(environ, ())}
    assert checks["mirror"].state == "fail"
    assert words in checks["mirror"].found


def test_a_mirror_here_is_fit_and_its_password_is_not_shown(server: FaultServer) -> None:
    port = server.base.rpartition(":")[2]
    said = configured.mirror({"CHOKEPOINT_MIRROR": f"http://me:{PLANTED.replace('/', '')}@127.0.0.1:{port}"})
    assert said == Check("mirror", "ok", f"recordings from 127.0.0.1:{port} stand in for the web")
    odd = {"CHOKEPOINT_MIRROR": server.base, "CHOKEPOINT_MIRROR_POLITE": "yes"}
    assert configured.mirror(odd).state == "warn"
    assert configured.mirror({}).state == "skipped"


def test_a_mirror_on_another_machine_is_to_look_at(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server.base.rpartition(":")[2])
    real = socket.create_connection

    def elsewhere(address: tuple[str, int], timeout: float) -> socket.socket:
        return real(("127.0.0.1", port), timeout=timeout)

    monkeypatch.setattr("socket.create_connection", elsewhere)
    said = configured.mirror({"CHOKEPOINT_MIRROR": "http://mirror.example:80"})
    assert (said.state, said.found) == ("warn", "mirror.example:80 is not this machine")


@pytest.mark.parametrize(
    ("environ", "state", "words"),
    [
        ({}, "skipped", "STANDIN_KEY is not set: this source is not asked"),
        (
            {"CHOKEPOINT_MIRROR": "http://127.0.0.1:1"},
            "skipped",
            "STANDIN_KEY is not set: a mirror needs none",
        ),
        ({"STANDIN_KEY": PLANTED}, "ok", "STANDIN_KEY is set"),
        (
            {"STANDIN_KEY": f"{PLANTED}\n"},
            "warn",
            "STANDIN_KEY is set, with blanks or unusual characters in it",
        ),
        (
            {"STANDIN_KEY": f"“{PLANTED}”"},
            "warn",
            "STANDIN_KEY is set, with blanks or unusual characters in it",
        ),
    ],
)
def test_of_a_key_only_its_presence_is_told(environ: dict[str, str], state: str, words: str) -> None:
    said = configured.key(environ, standin.SOURCES["keyed"])
    assert (said.name, said.state, said.found) == ("key keyed", state, words)
    assert PLANTED not in said.advice


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--json"), ("doctor", "--online", "--json")])
def test_a_planted_key_appears_nowhere(
    prompt: Prompt,
    probed: FaultServer,
    world: Path,
    one_dag_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv(standin.KEY, PLANTED)
    monkeypatch.setenv("CHOKEPOINT_FEEDS", f"/nowhere/{PLANTED}")
    monkeypatch.setenv("CHOKEPOINT_HOME", str(world / "sample"))
    (one_dag_file / "leaky.py").write_text(f"import os; raise ValueError(os.environ['{standin.KEY}'])\n")
    probed.good("https://keyed.example/table", f"<html> {PLANTED}".encode(), "text/plain")
    said = prompt(*words)
    assert said.code == 3
    assert "leaky.py: ValueError: ***" in said.out
    assert PLANTED not in said.out + said.err
    assert "*" * len(PLANTED) not in said.out
    written = [path for path in world.rglob("*") if path.is_file() and path.name != "leaky.py"]
    assert not [path for path in written if PLANTED.encode() in path.read_bytes()]
    assert not (world / "sample").exists()


def test_online_every_source_answers(prompt: Prompt, probed: FaultServer, world: Path) -> None:
    said = prompt("doctor", "--online", "--json")
    assert said.code == 0
    assert {name: check["state"] for name, check in found(said).items() if name.startswith("online")} == {
        "online keyed": "ok",
        "online papers": "ok",
        "online rates": "ok",
        "online clock": "skipped",
    }
    assert "fx_rate 2 rows" in found(said)["online rates"]["found"]
    assert "asking rates" in said.err
    assert not (world / "home").exists()


@pytest.mark.parametrize("fault", ["html", "404", "403", "503", "hang_up", "truncated"])
def test_online_a_source_that_fails_ends_with_7(prompt: Prompt, probed: FaultServer, fault: str) -> None:
    probed.on(RATES, fault)
    said = prompt("doctor", "--online", "--json")
    assert (said.code, failed(said)) == (7, ["online rates"])
    assert RATES in found(said)["online rates"]["found"]
    assert found(said)["online rates"]["advice"]
    assert found(said)["online papers"]["state"] == "ok"
    error = {"error": "ProbeFailed", "exit_code": 7}
    assert error.items() <= said.envelope["errors"][0].items()


def test_a_fault_here_goes_before_one_of_a_source(
    prompt: Prompt, probed: FaultServer, one_dag_file: Path
) -> None:
    probed.on(RATES, "404")
    (one_dag_file / "broken.py").write_text("import nothing_like_this\n")
    said = prompt("doctor", "--online", "--json")
    assert (said.code, failed(said)) == (3, ["dags", "online rates"])


def test_a_mirror_that_is_gone_fails_here_and_at_every_source(
    prompt: Prompt, probed: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHOKEPOINT_MIRROR", f"http://127.0.0.1:{free_port()}")
    said = prompt("doctor", "--online", "rates", "--json")
    assert (said.code, failed(said)) == (3, ["mirror", "online rates"])


def test_the_sources_named_alone_are_asked(prompt: Prompt, probed: FaultServer) -> None:
    said = prompt("doctor", "--online", "rates", "--json")
    assert [name for name in found(said) if name.startswith("online")] == ["online rates", "online clock"]
    assert probed.count(ITEMS) == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [(("rates",), "with --online only"), (("--online", "nowhere"), "no source 'nowhere'")],
)
def test_a_bad_argument_ends_with_2(
    prompt: Prompt, probed: FaultServer, words: tuple[str, ...], message: str
) -> None:
    said = prompt("doctor", *words, "--json")
    assert said.code == 2
    assert message in said.envelope["errors"][0]["message"]


@pytest.mark.parametrize(("minutes", "state"), [(0, "ok"), (-30, "warn"), (30, "warn")])
def test_a_clock_far_from_the_servers_is_to_look_at(
    prompt: Prompt, probed: FaultServer, minutes: int, state: str
) -> None:
    said_at = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    probed.good(RATES, b"1.5", "text/plain", headers=[("Date", said_at)])
    said = prompt("doctor", "--online", "--json")
    assert (said.code, found(said)["online clock"]["state"]) == (0, state)


def test_hostile_answers_are_harmless(prompt: Prompt, probed: FaultServer) -> None:
    probed.good(RATES, "<html> \x1b[31m \u202e [bold]x".encode(), "text/plain")
    for words in (("doctor", "--online"), ("doctor", "--online", "--json")):
        said = prompt(*words)
        assert said.code == 7
        assert all(line.isprintable() for line in (said.out + said.err).splitlines())


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


def test_our_dag_files_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    folder = dagfiles.dags_folder()
    assert folder == ROOT / "dags"
    said = dagfiles.dag_files(folder)
    assert said.state == "ok", said.found
    assert re.fullmatch(r"\d files read in \d+\.\d s", said.found)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("def broken(:\n", "other.py: SyntaxError: "),
        ("import nothing_like_this\n", "other.py: ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("raise SystemExit(5)\n", "other.py: SystemExit: 5"),
        ("raise ValueError('two\\nlines \\x1b[31m')\n", "other.py: ValueError: two lines [31m"),
        ("import os; os._exit(9)\n", "the reader ended with 9: it said nothing"),
    ],
)
def test_a_broken_dag_file_fails_in_one_line(one_dag_file: Path, content: str, words: str) -> None:
    (one_dag_file / "other.py").write_text(content)
    said = dagfiles.dag_files(one_dag_file)
    assert said.state == "fail"
    assert said.found.startswith(words)
    assert said.found.isprintable()


def test_what_a_dag_file_prints_is_not_taken_for_the_answer(one_dag_file: Path) -> None:
    (one_dag_file / "other.py").write_text("print('{}')\n")
    assert dagfiles.dag_files(one_dag_file).found.startswith("2 files read")


def test_a_dag_file_that_never_ends_is_stopped(one_dag_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (one_dag_file / "other.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr("cli.checkup.dagfiles.MOST_SECONDS", 1)
    assert dagfiles.dag_files(one_dag_file).found == "not read within 1 s"


def test_without_airflow_it_says_how_to_install(one_dag_file: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'airflow':\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, No())\n"
    )
    said = dagfiles.dag_files(one_dag_file, {"PYTHONPATH": str(tmp_path)})
    assert said.state == "fail"
    assert "airflow" in said.found
    assert said.advice == dagfiles.INSTALL
    assert dagfiles.dag_files(None).state == "fail"
    assert dagfiles.dag_files(tmp_path / "none").found == f"no DAG file in {tmp_path / 'none'}"


def test_the_reader_keeps_airflow_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "d.py").write_text(
        "import os\nprint(sorted(n for n in os.environ if n.startswith('AIRFLOW')))\nprint(os.environ['AIRFLOW_HOME'])\n"
    )
    home = tmp_path / "own"
    done = subprocess.run(
        [sys.executable, "-m", "dags.support.readable", str(tmp_path), str(home)],
        cwd=ROOT,
        env={"AIRFLOW__CORE__STRANGE": "1", "AIRFLOW_HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    names, where, answer = done.stdout.splitlines()
    assert "AIRFLOW__CORE__STRANGE" not in names
    assert (where, answer) == (str(home), '{"d.py": ""}')


def test_it_changes_nothing_in_a_home(prompt: Prompt, live_home: Home, probed: FaultServer) -> None:
    def listing() -> list[tuple[Any, ...]]:
        return sorted((p, p.stat().st_size) for p in live_home.root.rglob("*"))

    before = listing()
    prompt("doctor", "--online", "--json")
    assert listing() == before
