"""Checks of a day's data: what is asked of the stores, and what their answers mean. Plain Python."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class Unreachable(Exception):
    """A store does not answer: worth another try."""


@dataclass(frozen=True)
class Range:
    """Half-open, as ISO instants in UTC."""

    start: str
    end: str


@dataclass(frozen=True)
class Store:
    """A server by its base address, and the header that it wants, if any."""

    name: str
    url: str
    authorization: str | None = None

    def post(self, path: str, body: str, content_type: str) -> dict[str, Any]:
        headers = {"Content-Type": content_type}
        if self.authorization:
            headers["Authorization"] = self.authorization
        request = urllib.request.Request(self.url + path, body.encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            if refusal.code == 404:
                return {}  # not there yet: nothing was written
            raise Unreachable(f"{self.name} answered {refusal.code}: {refusal.read(500)!r}") from refusal
        except OSError as failure:
            raise Unreachable(f"{self.name} at {self.url} does not answer: {failure}") from failure

    def search(self, index: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self.post(f"/{index}/_search", json.dumps(body), "application/json")

    def number(self, statement: str) -> int:
        """The one number of a SELECT on the lake; 0 when its table is not there yet."""
        rows = self.post("/sql", statement, "text/plain; charset=utf-8").get("rows") or [[0]]
        return int(rows[0][0] or 0)


def quality(elasticsearch: Store, window: Range) -> list[dict[str, Any]]:
    """What the job data_quality has found in the hours of a range, those with violations only."""
    answer = elasticsearch.search(
        "serving.data_quality",
        {
            "size": 1000,
            "sort": [{"window_start": "asc"}, {"kind": "asc"}],
            "query": {
                "bool": {
                    "filter": [
                        {"range": {"window_start": {"gte": window.start, "lt": window.end}}},
                        {"exists": {"field": "violations"}},
                    ]
                }
            },
        },
    )
    return [hit["_source"] for hit in answer.get("hits", {}).get("hits", [])]


def quality_report(rows: list[Mapping[str, Any]]) -> list[str]:
    """A line per kind, hour and violation."""
    return [f"{row['kind']} {row['window_start']}: {violation}" for row in rows for violation in row["violations"]]


@dataclass(frozen=True)
class Agreement:
    """Two counts that must be the same."""

    what: str
    found: int
    expected: int

    @property
    def holds(self) -> bool:
        return self.found == self.expected

    def __str__(self) -> str:
        verdict = "agrees" if self.holds else f"differs by {self.found - self.expected:+,}"
        return f"{self.what:<42}{self.found:>12,}{self.expected:>12,}  {verdict}"


def counts(lake: Store, elasticsearch: Store, window: Range) -> dict[str, int]:
    """Web events and sessions of a range, as each store has them."""
    between = f"event_time >= timestamp '{window.start}' and event_time < timestamp '{window.end}'"
    started = f"started_at >= timestamp '{window.start}' and started_at < timestamp '{window.end}'"
    return {
        "raw": lake.number(f"select count(distinct event_id) from web_events_raw where {between}"),
        "enriched": lake.number(f"select count(*) from web_events_enriched where {between}"),
        "quarantined": lake.number(f"select count(distinct event_id) from web_events_quarantined where {between}"),
        "lake_sessions": lake.number(f"select count(*) from web_sessions where {started}"),
        "requests": _sum(elasticsearch, "serving.requests_per_minute", "requests", "window_start", window),
        "sessions": _sum(elasticsearch, "serving.sessions", None, "started_at", window),
    }


def reconcile(found: Mapping[str, int]) -> list[Agreement]:
    return [
        Agreement("lake enriched + quarantined = raw", found["enriched"] + found["quarantined"], found["raw"]),
        Agreement("elasticsearch requests = lake enriched", found["requests"], found["enriched"]),
        Agreement("elasticsearch sessions = lake sessions", found["sessions"], found["lake_sessions"]),
    ]


def _sum(elasticsearch: Store, index: str, field: str | None, time: str, window: Range) -> int:
    body: dict[str, Any] = {
        "size": 0,
        "track_total_hits": True,
        "query": {"range": {time: {"gte": window.start, "lt": window.end}}},
    }
    if field:
        body["aggs"] = {"sum": {"sum": {"field": field}}}
    answer = elasticsearch.search(index, body)
    if field:
        return round(answer.get("aggregations", {}).get("sum", {}).get("value", 0))
    return answer.get("hits", {}).get("total", {}).get("value", 0)
