"""Build, check and publish the warehouse: the functions behind the CLI and the build DAG."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from contracts.clock import now, stamp
from contracts.errors import CheckFailed, EnvironmentFault
from contracts.rights import Rights
from transforms import as_of, dictionary, measures, project
from transforms.results import CheckResult
from warehouse import build as builds
from warehouse import carry
from warehouse import release as releases
from warehouse.build import Candidate
from warehouse.home import Home
from warehouse.locks import WAREHOUSE, lock
from warehouse.release import Release


@dataclass(frozen=True)
class Refresh:
    """What a refresh came to: `released` | `nothing new` | `pinned` (released, but a rollback holds `current`)."""

    outcome: str
    build_id: str
    release: str
    held: dict[str, str]


def build(
    home: Home,
    at: datetime | None = None,
    *,
    rights: Iterable[Rights] = (),
    release_holds: bool = False,
    anew: bool = False,
) -> Candidate:
    """Freeze the lake and build a candidate over it with every model and check run; gives it complete.

    A check that blames documents (a late source fault) holds those that are new and builds once more without them; the
    candidate's checks then say what is left. `rights` say whose words may be in it (by default nobody's). `release_holds`
    lets earlier holds back in first. Tables made of the same as in the release before are taken from there, none with `anew`.
    Raises `Locked`.
    """
    with lock(home, WAREHOUSE):
        if release_holds:
            builds.release_holds(home)
        return _build(home, at or now(), tuple(rights), anew)


def check(home: Home) -> list[dict[str, object]]:
    """What the checks of the last candidate found; `EnvironmentFault` when there is no complete one."""
    made = builds.last_candidate(home)
    if made is None or made.checks is None:
        raise EnvironmentFault("there is no complete build to check: run `chokepoint build`")
    return made.checks


def publish(home: Home, *, rights: Iterable[Rights] = (), unpin: bool = False) -> Release:
    """Release the last candidate; without one, `unpin` makes the newest release current again.

    Raises `CheckFailed` when its checks failed or `rights` no longer allow words it was built with, `EnvironmentFault`
    when there is nothing to publish, `Locked`.
    """
    with lock(home, WAREHOUSE):
        made = builds.last_candidate(home)
        if made is None and unpin:
            return releases.unpin(home)
        if made is None:
            raise EnvironmentFault("there is no build to publish: run `chokepoint build`")
        _require_allowed(made, rights)
        return releases.publish(home, made, unpin=unpin)


def _require_allowed(made: Candidate, rights: Iterable[Rights]) -> None:
    allowed = carry.full_texts(asdict(one) for one in rights)
    lost = sorted(subject for _, subject in carry.full_texts(made.inputs.get("rights", ())) - allowed)
    if lost:
        raise CheckFailed(
            f"build {made.build_id} may hold words of {', '.join(lost)}, whose rights have changed since: build again"
        )


def rollback(home: Home, to: str | None = None) -> Release:
    """Make an older release current and pin it, the one before the current by default. Raises `EnvironmentFault`, `Locked`."""
    with lock(home, WAREHOUSE):
        return releases.rollback(home, to)


def refresh(home: Home, at: datetime | None = None, *, rights: Iterable[Rights] = ()) -> Refresh:
    """Build, check and publish in one go; in seconds when nothing is new. Raises `CheckFailed`, `Locked`.

    `rights` say whose words may be in the release (by default nobody's); when they change, that is new.
    """
    allowed = tuple(rights)
    with lock(home, WAREHOUSE):
        inputs = builds.freeze(home, project.digest(), allowed)
        latest = releases.latest(home)
        if latest is not None and latest.build_id == inputs["build_id"]:
            return Refresh("nothing new", latest.build_id, latest.name, builds.holds(home))
        made = _build(home, at or now(), allowed, anew=False)
        release = releases.publish(home, made)
        outcome = "pinned" if releases.pinned(home) else "released"
        return Refresh(outcome, made.build_id, release.name, builds.holds(home))


def _build(home: Home, at: datetime, rights: tuple[Rights, ...], anew: bool) -> Candidate:
    made, results = _transform(home, at, rights, anew)
    blamed = _new_faults(home, results)
    if blamed:
        builds.hold(home, blamed)
        made, results = _transform(home, at, rights, anew)
    made.finish([asdict(result) for result in results])
    return made


def _transform(
    home: Home, at: datetime, rights: tuple[Rights, ...], anew: bool
) -> tuple[Candidate, list[CheckResult]]:
    inputs = builds.freeze(home, project.digest(), rights)
    last = None if anew else releases.latest(home)
    taken = carry.before(last.folder, inputs["code"], inputs["rights"]) if last else None
    made = builds.candidate(home, inputs, taken)
    variables = {
        "carry": True,
        "build_id": made.build_id,
        "home_kind": home.kind,
        "built_at": stamp(at),
        "as_of_time": stamp(at),
    }
    results = project.run(made.database, made.folder / "dbt", variables)
    made.note_marks(taken)
    builds.seal(made)
    as_of.create(made.database, made.folder / "dbt")
    measures.create(made.database, made.folder / "dbt")
    return made, dictionary.write(made.database, made.folder / "dbt", results)


def _new_faults(home: Home, results: list[CheckResult]) -> dict[str, str]:
    """Documents that failed checks blame and no release has yet: document id -> reason."""
    blamed = {
        document: f"{result.name}: {result.message}"
        for result in results
        if result.status == "fail"
        for document in result.blames
    }
    known = releases.released_documents(home) if blamed else set()
    return {document: reason for document, reason in blamed.items() if document not in known}


def require_fit(checks: list[dict[str, object]]) -> None:
    """Raise `CheckFailed` naming the checks that failed."""
    failed = [f"{c['name']} ({c['failures']})" for c in checks if c["status"] == "fail"]
    if failed:
        raise CheckFailed(f"{len(failed)} checks failed: {', '.join(failed)}")
