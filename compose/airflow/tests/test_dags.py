"""The DAGs as Airflow loads them: real Airflow, no server."""

import json
import socket
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import timezone as airflow_timezone
from airflow.sdk.exceptions import AirflowFailException

from millrace_airflow.factory import ranges
from millrace_airflow.layout import Layout
from millrace_airflow.operators import MillraceJobOperator
from millrace_airflow.schedules import read

FOLDER = Path(__file__).resolve().parents[1]
HOUSE = {
    "millrace_backfill",
    "millrace_lake",
    "millrace_quality_report",
    "millrace_reconciliation",
    "millrace_cdc_orphans",
    "millrace_dashboards",
}


def refuse(*address, **more):
    raise AssertionError(f"a connection is opened while DAGs are read: {address}")


class Dags(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        layout = Layout.of_environment()
        cls.schedules = read(layout.schedules, layout.jobs)
        with mock.patch.object(socket.socket, "connect", refuse):
            cls.bag = DagBag(str(FOLDER / "dags"))
        cls.pools = set(json.loads((FOLDER / "pools.json").read_text())) | {"default_pool"}

    def test_all_are_read_without_an_error_and_without_a_connection(self):
        self.assertEqual(self.bag.import_errors, {})

    def test_every_job_has_one_and_so_have_the_checks(self):
        jobs = {f"millrace_{job.name}" for job in self.schedules.jobs}
        self.assertEqual(set(self.bag.dags), jobs | HOUSE)
        self.assertEqual(jobs & HOUSE, set())

    def test_every_task_has_an_owner_retries_a_time_limit_and_a_pool_that_exists(self):
        for dag in self.bag.dags.values():
            self.assertEqual(dag.max_active_runs, 1, dag.dag_id)
            self.assertTrue(dag.doc_md, dag.dag_id)
            self.assertFalse(dag.catchup, dag.dag_id)
            for task in dag.tasks:
                where = f"{dag.dag_id}.{task.task_id}"
                self.assertNotIn(task.owner, ("", "airflow"), where)
                self.assertGreater(task.retries, 0, where)
                self.assertGreater(task.execution_timeout, timedelta(), where)
                self.assertIn(task.pool, self.pools, where)
            dag.validate()

    def test_every_serving_topic_is_made_by_one_dag(self):
        makers = {}
        for dag in self.bag.dags.values():
            for task in dag.tasks:
                for asset in task.outlets:
                    makers.setdefault(asset.name, []).append(dag.dag_id)
        self.assertEqual(set(makers), {sink for job in self.schedules.jobs for sink in job.sinks})
        self.assertTrue(all(len(dags) == 1 for dags in makers.values()), makers)

    def test_a_backfill_is_a_run_per_day(self):
        days = ranges("2026-02-27", "2026-03-02")
        self.assertEqual([day["start"] for day in days], ["2026-02-27", "2026-02-28", "2026-03-01"])
        self.assertEqual(days[-1]["end"], "2026-03-02")
        with self.assertRaisesRegex(ValueError, "must lie before"):
            ranges("2026-03-02", "2026-03-02")


class Arguments(unittest.TestCase):
    def arguments(self, interval=(None, None), run="scheduled__x", **given):
        operator = MillraceJobOperator(task_id="run", job="load", config="/c.properties", **given)
        dag_run = SimpleNamespace(run_id=run, data_interval_start=interval[0], data_interval_end=interval[1])
        return operator._arguments({"dag_run": dag_run})

    def test_the_interval_of_the_run_is_the_range(self):
        day = airflow_timezone.datetime(2026, 3, 1)
        arguments = self.arguments((day, day + timedelta(days=1)))
        self.assertEqual(arguments[:3], ["run", "--mode", "batch"])
        self.assertEqual(
            arguments[arguments.index("--start") :][:4],
            ["--start", "2026-03-01T00:00:00Z", "--end", "2026-03-02T00:00:00Z"],
        )

    def test_parameters_go_before_the_interval(self):
        day = datetime(2026, 3, 1, tzinfo=timezone.utc)
        arguments = self.arguments((day, day), start="2026-01-01", end="2026-01-02", mode="replay")
        self.assertEqual(arguments[0], "replay")
        self.assertNotIn("--mode", arguments)
        self.assertIn("2026-01-01", arguments)

    def test_a_run_without_an_interval_is_told_what_it_needs(self):
        with self.assertRaisesRegex(AirflowFailException, "give the parameters start and end"):
            self.arguments()

    def test_a_job_that_goes_on_from_its_checkpoint_has_no_range(self):
        arguments = self.arguments(mode="available-now")
        self.assertNotIn("--start", arguments)


if __name__ == "__main__":
    unittest.main()
