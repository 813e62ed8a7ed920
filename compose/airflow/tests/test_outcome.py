"""What exit codes and summaries mean; without Airflow."""

import json
import unittest

from millrace_airflow.outcome import SummaryTap, Verdict, asset_extra, meaning, parse_summary, run_id, verdict

SUMMARY = {
    "job": "load",
    "run_id": "a",
    "status": "done",
    "exit_code": 0,
    "start": "2026-03-01T00:00:00Z",
    "end": "2026-03-02T00:00:00Z",
    "rows_out": 7,
    "offsets": {"ops.requests": {"0": 12, "1": 30}},
    "watermark": None,
}


class ExitCodes(unittest.TestCase):
    def test_what_may_pass_is_tried_again(self):
        for code in (1, 75, 143, 137, -9, 134):
            self.assertIs(verdict(code), Verdict.RETRY, code)

    def test_what_another_try_cannot_mend_fails_at_once(self):
        for code in (2, 3, 4, 5):
            self.assertIs(verdict(code), Verdict.FAIL, code)

    def test_zero_is_done(self):
        self.assertIs(verdict(0), Verdict.DONE)

    def test_an_exit_code_that_is_not_known_is_tried_again(self):
        self.assertIs(verdict(None), Verdict.RETRY)
        self.assertIn("not known", meaning(None))

    def test_a_killed_driver_is_told_from_one_that_failed(self):
        self.assertEqual(meaning(-9), "the driver was killed")
        self.assertIn("quality", meaning(4))


class Summaries(unittest.TestCase):
    def test_the_summary_is_found_among_the_lines_of_the_log(self):
        tap = SummaryTap()
        lines = ["26/03/01 INFO started\n", '{"not": "a summary"}\n', json.dumps(SUMMARY) + "\n", "bye\n"]
        self.assertEqual(list(tap.through(lines)), lines)
        self.assertEqual(tap.summary, SUMMARY)

    def test_other_json_is_no_summary(self):
        for line in ("{", "[1]", '{"job": "load"}', "", "{}", "null"):
            self.assertIsNone(parse_summary(line), line)

    def test_the_asset_event_has_the_offsets_and_nothing_unknown(self):
        extra = asset_extra(SUMMARY)
        self.assertEqual(extra["offsets"], {"ops.requests": {"0": 12, "1": 30}})
        self.assertEqual(extra["rows_out"], 7)
        self.assertNotIn("watermark", extra)


class RunIds(unittest.TestCase):
    def test_every_attempt_of_a_range_has_the_same_id_and_ranges_differ(self):
        first = run_id("manual__2026-03-02T00:00:00+00:00", "2026-03-01T00:00:00Z")
        self.assertEqual(first, run_id("manual__2026-03-02T00:00:00+00:00", "2026-03-01T00:00:00Z"))
        self.assertNotEqual(first, run_id("manual__2026-03-02T00:00:00+00:00", "2026-03-02T00:00:00Z"))

    def test_it_is_one_that_the_job_takes(self):
        for dag_run in ("scheduled__2026-03-02T00:00:00+00:00", "x" * 300, "asset triggered: a/b"):
            self.assertRegex(run_id(dag_run, "2026-03-01"), r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")


if __name__ == "__main__":
    unittest.main()
