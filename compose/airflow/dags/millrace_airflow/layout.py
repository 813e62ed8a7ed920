"""Where Millrace's files are on an Airflow machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Layout:
    """Files and folders that the DAGs name. Nothing is read here."""

    home: Path
    """A checkout or an installation: the folder of the `millrace` launcher."""
    jobs: Path
    """The declared jobs, one folder each."""
    schedules: Path
    """When each job runs."""
    application: Path | str
    """millrace-jobs.jar; an address such as s3a://... where spark-submit takes one."""
    config: Path | str
    """The driver's configuration, where the driver finds it."""

    @classmethod
    def of_environment(cls, environment: Mapping[str, str] = os.environ) -> Layout:
        home = Path(environment.get("MILLRACE_HOME", CHECKOUT))
        return cls(
            home=home,
            jobs=Path(environment.get("MILLRACE_JOBS", home / "spark-jobs" / "jobs")),
            schedules=Path(environment.get("MILLRACE_SCHEDULES", home / "compose" / "airflow" / "schedules.yaml")),
            application=environment.get("MILLRACE_JOBS_JAR", str(home / "spark-jobs" / "target" / "millrace-jobs.jar")),
            config=environment.get("MILLRACE_DRIVER_CONFIG", "/etc/millrace/driver.properties"),
        )
