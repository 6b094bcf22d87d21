"""The stand-in for failing sources itself: rules, queues, counting, and good recordings behind."""

from __future__ import annotations

from pathlib import Path

from contracts.document import Fetch
from contracts.errors import SourceBusy
from extractors.web.mirror import serve
from extractors.web.session import Web
from tests.fault_server import FaultServer
from tests.faults import good
from tests.warcs import write_warc

URL = "https://api.example/data"


def test_the_rule_with_most_pairs_answers(server: FaultServer, web: Web) -> None:
    server.good(URL, b"any")
    server.good(f"{URL}?time=2024-03", b"march")
    server.good(f"{URL}?get=A&time=2024-03", b"march A")
    asked = {
        "": b"any",
        "?time=2024-04": b"any",
        "?time=2024-03&x=1": b"march",
        "?time=2024-03&get=A": b"march A",
    }
    for query, body in asked.items():
        answer = web.fetch(Fetch("test", URL + query))
        assert answer.body is not None
        assert answer.body.read() == body
    assert (server.count(URL), server.count(f"{URL}?time=2024-03")) == (4, 2)
    assert server.requests(URL)[2].query == (("time", "2024-03"), ("x", "1"))


def test_a_queue_is_given_in_turn_and_its_last_answer_repeats(server: FaultServer, web: Web) -> None:
    server.queue(URL, good(b"1"), "404", good(b"3"))
    assert [web.fetch(Fetch("test", URL)).status for _ in range(4)] == [200, 404, 200, 200]


def test_one_fault_among_good_recordings(tmp_path: Path) -> None:
    for name in ("good", "bad"):
        write_warc(
            tmp_path / "day1" / "a.warc.gz", f"https://api.example/{name}", b"rows", evidence="rebuilt"
        )
    with serve(tmp_path / "day1") as mirror, FaultServer(behind=mirror.base) as server:
        server.on("https://api.example/bad", "503")
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
            fine, failed = (web.fetch(Fetch("test", f"https://api.example/{n}")) for n in ("good", "bad"))
    assert (fine.error, fine.size, fine.evidence, fine.via) == (None, 4, "rebuilt", "mirror:day1")
    assert isinstance(failed.error, SourceBusy)
    assert failed.evidence == "synthetic"
