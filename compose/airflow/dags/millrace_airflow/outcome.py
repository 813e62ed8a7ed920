"""What an exit code of Millrace means to a scheduler, and the summary that a run prints. Plain Python."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class Verdict(Enum):
    DONE = "done"
    RETRY = "try again"
    FAIL = "fail at once"


_MEANINGS = {
    0: (Verdict.DONE, "done"),
    1: (Verdict.RETRY, "failed"),
    2: (Verdict.FAIL, "wrong usage or configuration"),
    3: (Verdict.FAIL, "something has to be done by a person"),
    4: (Verdict.FAIL, "the data is not as its contract's quality expects"),
    5: (Verdict.FAIL, "two stores differ"),
    75: (Verdict.RETRY, "try again: a second copy is running, or a server is down"),
    143: (Verdict.RETRY, "ended by TERM"),
}


def verdict(code: int | None) -> Verdict:
    """Of an exit code; None is that of a driver elsewhere, of which only the failure is known."""
    return _MEANINGS.get(code, (Verdict.RETRY, ""))[0] if code is not None else Verdict.RETRY


def meaning(code: int | None) -> str:
    if code is None:
        return "the driver failed; its exit code is not known here"
    if code < 0 or code == 137:
        return "the driver was killed"
    return _MEANINGS.get(code, (Verdict.RETRY, f"ended with {code}"))[1]


@dataclass
class SummaryTap:
    """Watches lines go by and keeps the newest that is a run's summary."""

    summary: dict[str, Any] = field(default_factory=dict)

    def through(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            found = parse_summary(line)
            if found is not None:
                self.summary = found
            yield line


def parse_summary(line: str) -> dict[str, Any] | None:
    """The summary in a line; None when it is another line."""
    text = line.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) and {"job", "run_id", "status", "exit_code"} <= found.keys() else None


def asset_extra(summary: Mapping[str, Any]) -> dict[str, Any]:
    """What readers of the asset want to know: how far its rows are complete, and which run made them."""
    keys = ("job", "run_id", "start", "end", "rows_out", "rows_published", "offsets", "first_offsets", "watermark")
    return {key: summary[key] for key in keys if summary.get(key) is not None}


def run_id(dag_run_id: str, start: str) -> str:
    """The --run-id of a range in a DAG run: every attempt has the same, so it goes on instead of starting anew."""
    name = re.sub(r"[^A-Za-z0-9_.-]", "-", dag_run_id)
    day = re.sub(r"[^0-9TZ]", "", start)
    return f"airflow-{name[:70]}-{day}"[:100]
