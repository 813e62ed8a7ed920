"""Reads when each job runs: the job folders, and schedules.yaml for what differs from the defaults."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class ScheduleError(Exception):
    """A file is wrong; the message names it and the key."""


@dataclass(frozen=True)
class Timing:
    """How a DAG is scheduled; the keys of schedules.yaml."""

    schedule: str = "@daily"
    """A cron expression, whose steps are the data intervals."""
    start: str = "2026-01-01"
    """The first day that a backfill or a catch-up can reach."""
    catchup: bool = False
    pool: str = "millrace_spark"
    retries: int = 5
    """For what may pass: exit code 75, a server that is down, a killed driver."""
    retry_delay: timedelta = timedelta(minutes=1)
    timeout: timedelta = timedelta(hours=2)
    """Of one attempt; the run as a whole has twice that."""


@dataclass(frozen=True)
class BoundedJob:
    """A job that can run over a range of event time."""

    name: str
    description: str
    owner: str
    source: str
    """A topic, or words for several."""
    sinks: tuple[str, ...]
    timing: Timing


@dataclass(frozen=True)
class Schedules:
    jobs: tuple[BoundedJob, ...]
    lake: tuple[str, ...]
    """Jobs that go on from their checkpoint, in the order in which they run."""
    checks: Mapping[str, Timing]

    def check(self, name: str) -> Timing:
        return self.checks[name]


def read(schedules: Path, jobs: Path) -> Schedules:
    """Every folder of `jobs`, and the jobs without a folder that schedules.yaml lists."""
    file = _mapping(schedules)
    _known(schedules, "", file, ("defaults", "built_in", "jobs", "lake", "checks"))
    defaults = _timing(schedules, "defaults", file.get("defaults", {}), Timing())
    declared = {folder.name: folder for folder in sorted(jobs.iterdir()) if (folder / "job.yaml").exists()}
    overrides = file.get("jobs") or {}
    _known(schedules, "jobs", overrides, declared)
    found = []
    for name, folder in declared.items():
        job = _mapping(folder / "job.yaml")
        timing = _timing(schedules, f"jobs.{name}", overrides.get(name) or {}, defaults)
        found.append(
            BoundedJob(name, job["description"], job["owner"], job["source"]["topic"], (job["sink"]["topic"],), timing)
        )
    for name, job in (file.get("built_in") or {}).items():
        own = {key: value for key, value in job.items() if key not in ("description", "owner", "reads", "writes")}
        timing = _timing(schedules, f"built_in.{name}", own, defaults)
        reads, writes = ", ".join(_several(job["reads"])), _several(job["writes"])
        found.append(BoundedJob(name, job["description"], job["owner"], reads, writes, timing))
    checks = {
        name: _timing(schedules, f"checks.{name}", value or {}, replace(defaults, pool="default_pool"))
        for name, value in (file.get("checks") or {}).items()
    }
    return Schedules(tuple(found), tuple(file.get("lake") or ()), checks)


def _mapping(file: Path) -> dict[str, Any]:
    with file.open(encoding="utf-8") as text:
        found = yaml.safe_load(text)
    if not isinstance(found, dict):
        raise ScheduleError(f"{file}: must be a mapping")
    return found


def _several(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _timing(file: Path, where: str, given: Mapping[str, Any], otherwise: Timing) -> Timing:
    known = [field.name for field in fields(Timing)]
    _known(file, where, given, known)
    values = dict(given)
    for key in ("retry_delay", "timeout"):
        if key in values:
            values[key] = _duration(file, f"{where}.{key}", values[key])
    if "start" in values:
        values["start"] = str(values["start"])
    return replace(otherwise, **values)


def _known(file: Path, where: str, given: Mapping[str, Any], known: Any) -> None:
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(str(key), [str(each) for each in known], 1)
            hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(known))}"
            raise ScheduleError(f"{file}: {where + '.' if where else ''}{key} is unknown{hint}")


def _duration(file: Path, where: str, text: Any) -> timedelta:
    number, unit = str(text)[:-1], str(text)[-1:]
    if not number.isdigit() or unit not in UNITS:
        raise ScheduleError(f"{file}: {where} must be a number and s, m, h or d, such as 30m, not {text}")
    return timedelta(seconds=int(number) * UNITS[unit])
