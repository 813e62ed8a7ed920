"""Reading schedules.yaml and the job folders; without Airflow."""

import tempfile
import unittest
from datetime import timedelta
from pathlib import Path

from millrace_airflow.layout import Layout
from millrace_airflow.schedules import ScheduleError, read

JOB = "description: Something.\nowner: web\nsource: {topic: web.enriched, watermark: 1h}\nsink: {topic: serving.x}\n"


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.jobs = self.root / "jobs"
        (self.jobs / "errors").mkdir(parents=True)
        (self.jobs / "errors" / "job.yaml").write_text(JOB)

    def read(self, text):
        file = self.root / "schedules.yaml"
        file.write_text(text)
        return read(file, self.jobs)

    def test_a_folder_is_enough_for_a_job(self):
        [job] = self.read("defaults: {retries: 3}").jobs
        self.assertEqual(
            (job.name, job.owner, job.source, job.sinks), ("errors", "web", "web.enriched", ("serving.x",))
        )
        self.assertEqual(job.timing.retries, 3)
        self.assertEqual(job.timing.schedule, "@daily")

    def test_what_is_said_of_a_job_goes_before_the_defaults(self):
        [job] = self.read("defaults: {retries: 3, timeout: 2h}\njobs: {errors: {timeout: 30m}}").jobs
        self.assertEqual(job.timing.timeout, timedelta(minutes=30))
        self.assertEqual(job.timing.retries, 3)

    def test_a_wrong_key_is_told_with_the_nearest(self):
        with self.assertRaisesRegex(
            ScheduleError, r"schedules.yaml: defaults.retry is unknown; did you mean retries\?"
        ):
            self.read("defaults: {retry: 3}")

    def test_a_job_without_a_folder_may_write_several_topics(self):
        job = self.read(
            "built_in: {sales: {description: D, owner: shop, reads: [a, b], writes: [serving.y, serving.z]}}"
        ).jobs[-1]
        self.assertEqual((job.source, job.sinks), ("a, b", ("serving.y", "serving.z")))

    def test_a_job_that_has_no_folder_is_told(self):
        with self.assertRaisesRegex(ScheduleError, r"jobs.error is unknown; did you mean errors\?"):
            self.read("jobs: {error: {retries: 1}}")

    def test_a_duration_has_a_unit(self):
        with self.assertRaisesRegex(ScheduleError, "defaults.timeout must be a number and s, m, h or d"):
            self.read("defaults: {timeout: 90}")

    def test_the_files_of_this_checkout_are_sound(self):
        layout = Layout.of_environment({})
        schedules = read(layout.schedules, layout.jobs)
        folders = {folder.name for folder in layout.jobs.iterdir() if (folder / "job.yaml").exists()}
        self.assertLessEqual(folders, {job.name for job in schedules.jobs})
        self.assertIn("sessions", {job.name for job in schedules.jobs})


if __name__ == "__main__":
    unittest.main()
