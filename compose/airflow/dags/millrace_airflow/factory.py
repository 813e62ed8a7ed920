"""Makes every DAG: one per job that can run over a range, and those of the house."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

from airflow.sdk import DAG, Asset, BaseHook, CronDataIntervalTimetable, Param, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from millrace_airflow import checks
from millrace_airflow.layout import Layout
from millrace_airflow.operators import MillraceCommandOperator, MillraceJobOperator
from millrace_airflow.schedules import BoundedJob, Schedules, Timing, read

RANGE = {
    "start": Param("", type="string", description="First time of the range; empty: that of the data interval."),
    "end": Param("", type="string", description="First time behind it; empty: likewise."),
    "mode": Param("batch", enum=["batch", "replay"], description="replay swaps the rows in at once, deletes too."),
}


def every_dag(layout: Layout) -> Iterator[DAG]:
    schedules = read(layout.schedules, layout.jobs)
    for job in schedules.jobs:
        yield job_dag(layout, job)
    yield backfill_dag(layout, schedules)
    yield lake_dag(layout, schedules)
    yield data_quality_dag(schedules.check("data_quality"))
    yield reconciliation_dag(schedules.check("reconciliation"))
    yield command_dag(
        layout,
        "millrace_cdc_orphans",
        schedules.check("cdc_orphans"),
        "Finds replication slots of ours that no connector owns: each keeps the database's log from being removed.",
        {"find": ["cdc", "orphans"]},
    )
    yield command_dag(
        layout,
        "millrace_dashboards",
        schedules.check("dashboards"),
        "Puts the dashboards, as they are declared, into Kibana; one that somebody changed there is overwritten.",
        {"check": ["dashboards", "check"], "import": ["dashboards", "import"]},
    )


def asset(topic: str) -> Asset:
    """The rows of a topic; whoever computes further from them can be scheduled on it."""
    return Asset(name=topic, uri=f"millrace://topics/{topic}")


def job_dag(layout: Layout, job: BoundedJob) -> DAG:
    """A bounded run per data interval: scheduled, backfilled by Airflow, or started by hand for any range."""
    with _dag(
        f"millrace_{job.name}",
        job.timing,
        owner=job.owner,
        doc=f"{job.description}\n\nReads {job.source}, writes {', '.join(job.sinks)}. Each run computes the rows whose"
        " time lies in its data interval, from all their events; a repeated run writes the same rows.",
        tags=["job"],
        params=RANGE,
    ) as dag:
        _job_operator(layout, job, "run")(
            mode="{{ params.mode }}",
            start="{{ params.start }}",
            end="{{ params.end }}",
            outlets=[asset(sink) for sink in job.sinks],
        )
    return dag


def backfill_dag(layout: Layout, schedules: Schedules) -> DAG:
    """Rebuilds days one after the other, each by a replay of its own that can be tried again alone."""
    names = [job.name for job in schedules.jobs]
    timing = schedules.jobs[0].timing
    with _dag(
        "millrace_backfill",
        Timing(schedule="", pool=timing.pool, retries=timing.retries, retry_delay=timing.retry_delay),
        owner="millrace",
        doc="Rebuilds the rows of several days: give the job, the first day and the day behind the last.",
        tags=["job"],
        params={
            "job": Param(names[0], enum=names, description="The job."),
            "start": Param("2026-01-01", type="string", format="date", description="The first day."),
            "end": Param("2026-01-02", type="string", format="date", description="The day behind the last."),
            "mode": Param("replay", enum=["replay", "batch"], description="How the rows of a day are put in place."),
        },
    ) as dag:

        @task
        def days(params: dict[str, Any]) -> list[dict[str, str]]:
            try:
                return ranges(params["start"], params["end"])
            except ValueError as wrong:
                raise AirflowFailException(str(wrong)) from wrong

        partial = MillraceJobOperator.partial(
            task_id="day",
            map_index_template="{{ task.start }}",
            job="{{ params.job }}",
            mode="{{ params.mode }}",
            max_active_tis_per_dag=1,
            **_submission(layout),
        )
        partial.expand_kwargs(days())
    return dag


def ranges(start: str, end: str) -> list[dict[str, str]]:
    """The days of a range, each as a range."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first >= last:
        raise ValueError(f"start {start} must lie before end {end}, the day behind the last")
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    return [{"start": day.isoformat(), "end": (day + timedelta(days=1)).isoformat()} for day in days]


def lake_dag(layout: Layout, schedules: Schedules) -> DAG:
    """For an installation without a streaming lake driver: brings each table up to date, its table services with it."""
    timing = schedules.check("lake")
    with _dag(
        "millrace_lake",
        timing,
        owner="millrace",
        doc="Brings the lake's tables up to what is in Kafka. Each commit also does the table services that are"
        " due: compaction, cleaning, putting small files together. A job that already runs as a stream refuses, and is"
        " tried again later.",
        tags=["lake"],
    ) as dag:
        for name in schedules.lake:
            MillraceJobOperator(task_id=name, job=name, mode="available-now", **_submission(layout))
    return dag


def data_quality_dag(timing: Timing) -> DAG:
    with _dag(
        "millrace_quality_report",
        timing,
        owner="millrace",
        doc="What the job data_quality has found in the hours of the interval. Fails, without another try, when there"
        " is something.",
        tags=["check"],
        params={key: RANGE[key] for key in ("start", "end")},
    ) as dag:

        @task
        def report(params: dict[str, Any], dag_run: Any = None) -> list[str]:
            lines = _asked(
                lambda: checks.quality_report(checks.quality(_store("elasticsearch"), _range(params, dag_run)))
            )
            for line in lines:
                print(line)
            if lines:
                raise AirflowFailException(f"{len(lines)} violations of what contracts expect, the first: {lines[0]}")
            return lines

        report()
    return dag


def reconciliation_dag(timing: Timing) -> DAG:
    with _dag(
        "millrace_reconciliation",
        timing,
        owner="millrace",
        doc="Counts the interval's web events and sessions in the lake and in Elasticsearch. Fails, without another"
        " try, when two differ.",
        tags=["check"],
        params={key: RANGE[key] for key in ("start", "end")},
    ) as dag:

        @task
        def compare(params: dict[str, Any], dag_run: Any = None) -> dict[str, int]:
            window = _range(params, dag_run)
            found = _asked(lambda: checks.counts(_store("lake"), _store("elasticsearch"), window))
            agreements = checks.reconcile(found)
            for each in agreements:
                print(each)
            wrong = [each.what for each in agreements if not each.holds]
            if wrong:
                raise AirflowFailException(f"{window.start} to {window.end}: does not hold: {'; '.join(wrong)}")
            return found

        compare()
    return dag


def command_dag(layout: Layout, name: str, timing: Timing, doc: str, commands: dict[str, list[str]]) -> DAG:
    """Commands of the launcher, one after the other."""
    with _dag(name, timing, owner="millrace", doc=doc, tags=["check"]) as dag:
        before = None
        for task_id, arguments in commands.items():
            step = MillraceCommandOperator(task_id=task_id, launcher=str(layout.home / "millrace"), arguments=arguments)
            if before is not None:
                before >> step
            before = step
    return dag


def _dag(
    name: str, timing: Timing, *, owner: str, doc: str, tags: list[str], params: dict[str, Any] | None = None
) -> DAG:
    return DAG(
        dag_id=name,
        schedule=CronDataIntervalTimetable(timing.schedule, timezone="UTC") if timing.schedule else None,
        start_date=datetime.fromisoformat(timing.start).replace(tzinfo=timezone.utc),
        catchup=timing.catchup,
        # One copy at a time: a second would only be refused by the job's lock.
        max_active_runs=1,
        dagrun_timeout=timing.timeout * 2 if timing.schedule else None,
        doc_md=doc,
        tags=["millrace", *tags],
        params=params or {},
        render_template_as_native_obj=False,
        default_args={
            "owner": owner,
            "retries": timing.retries,
            "retry_delay": timing.retry_delay,
            "execution_timeout": timing.timeout,
            "pool": timing.pool,
        },
    )


def _submission(layout: Layout) -> dict[str, Any]:
    return {"application": str(layout.application), "config": str(layout.config)}


def _job_operator(layout: Layout, job: BoundedJob, task_id: str):
    return lambda **more: MillraceJobOperator(task_id=task_id, job=job.name, **_submission(layout), **more)


def _store(name: str) -> checks.Store:
    connection = BaseHook.get_connection(f"millrace_{name}")
    scheme = connection.schema or connection.conn_type or "http"
    port = f":{connection.port}" if connection.port else ""
    return checks.Store(name, f"{scheme}://{connection.host}{port}", connection.extra_dejson.get("authorization"))


def _range(params: dict[str, Any], dag_run: Any) -> checks.Range:
    start = params.get("start") or _iso(dag_run.data_interval_start)
    end = params.get("end") or _iso(dag_run.data_interval_end)
    if not start or not end:
        raise AirflowFailException("this run has no data interval: give the parameters start and end")
    return checks.Range(start, end)


def _iso(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def _asked(question: Any) -> Any:
    try:
        return question()
    except checks.Unreachable as failure:
        raise AirflowException(str(failure)) from failure
