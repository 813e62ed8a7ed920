"""Two operators: one job through spark-submit, and one command of the launcher."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import Asset, BaseOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from millrace_airflow.outcome import SummaryTap, Verdict, asset_extra, meaning, run_id, verdict

# As long as a driver may take to finish its batch; stop.patience of the driver's configuration.
STOP_PATIENCE = 60


class MillraceJobOperator(SparkSubmitOperator):
    """
    Runs one job with millrace-jobs.jar and returns the summary of the run.

    :param job: name of the job (templated)
    :param mode: batch writes the rows of the range, replay puts them in the place of the live ones at once,
        available-now goes on from the job's checkpoint (templated)
    :param start: first time of the range; "" is that of the DAG run's data interval (templated)
    :param end: first time behind the range, likewise (templated)
    :param config: the driver's configuration, where the driver finds it
    """

    template_fields: Sequence[str] = (*SparkSubmitOperator.template_fields, "job", "mode", "start", "end")

    def __init__(
        self,
        *,
        job: str,
        config: str,
        mode: str = "batch",
        start: str = "",
        end: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.job = job
        self.mode = mode
        self.start = start
        self.end = end
        self.config = config
        self._tap = SummaryTap()

    def execute(self, context: Any) -> dict[str, Any]:
        self.application_args = self._arguments(context)
        self.name = f"millrace-{self.job}"
        self._tap = SummaryTap()
        self._hook = None  # an earlier attempt's, with its arguments
        try:
            super().execute(context)
        except AirflowException as failure:
            self._raise(failure)
        summary = self._tap.summary
        for asset in self.outlets:
            if isinstance(asset, Asset):
                context["outlet_events"][asset].extra = asset_extra(summary)
        return summary

    def on_kill(self) -> None:
        """Lets the driver finish its batch before it is ended the hard way."""
        driver = getattr(self._hook, "_submit_sp", None)
        if driver is not None and driver.poll() is None:
            driver.terminate()
            try:
                driver.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self.log.warning("the driver has not ended within %s s of TERM", STOP_PATIENCE)
        super().on_kill()

    def _get_hook(self) -> Any:
        hook = super()._get_hook()
        read = hook._process_spark_submit_log
        hook._process_spark_submit_log = lambda lines: read(self._tap.through(lines))
        return hook

    def _arguments(self, context: Any) -> list[str]:
        dag_run = context["dag_run"]
        if self.mode == "available-now":
            name = run_id(dag_run.run_id, "")
            return ["run", "--job", self.job, "--mode", self.mode, "--config", self.config, "--run-id", name]
        start, end = self._range(dag_run)
        command = ["replay"] if self.mode == "replay" else ["run", "--mode", "batch"]
        return [
            *command,
            *("--job", self.job, "--config", self.config),
            *("--start", start, "--end", end, "--run-id", run_id(dag_run.run_id, start)),
        ]

    def _range(self, dag_run: Any) -> tuple[str, str]:
        # A run that an asset or a person started may have no data interval.
        first, last = getattr(dag_run, "data_interval_start", None), getattr(dag_run, "data_interval_end", None)
        start, end = self.start or _instant(first), self.end or _instant(last)
        if not start or not end:
            raise AirflowFailException("this run has no data interval: give the parameters start and end")
        return start, end

    def _raise(self, failure: AirflowException) -> None:
        driver = getattr(self._hook, "_submit_sp", None)
        code = self._tap.summary.get("exit_code") or getattr(driver, "returncode", None)
        reason = self._tap.summary.get("error") or meaning(code)
        sentence = f"{self.job}: {reason} (exit code {code})"
        if verdict(code) is Verdict.FAIL:
            raise AirflowFailException(sentence) from failure
        raise AirflowException(sentence) from failure


class MillraceCommandOperator(BaseOperator):
    """
    Runs a command of the launcher; what it prints as JSON is the result, otherwise the text.

    :param launcher: path of the `millrace` script
    :param arguments: its words (templated)
    """

    template_fields: Sequence[str] = ("arguments",)

    def __init__(self, *, launcher: str, arguments: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.launcher = launcher
        self.arguments = arguments
        self._process: subprocess.Popen[str] | None = None

    def execute(self, context: Any) -> Any:
        self._process = subprocess.Popen(
            [self.launcher, *self.arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        printed, _ = self._process.communicate()
        for line in printed.splitlines():
            self.log.info(line)
        code = self._process.returncode
        if code:
            lines = printed.strip().splitlines() or [meaning(code)]
            sentence = f"millrace {' '.join(self.arguments)}: {lines[-1]} (exit code {code}: {meaning(code)})"
            raise (AirflowFailException if verdict(code) is Verdict.FAIL else AirflowException)(sentence)
        try:
            return json.loads(printed)
        except ValueError:
            return printed

    def on_kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()


def _instant(moment: Any) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment is not None else ""
