"""What the answers of the stores mean; the questions are asked of real stores by running the DAGs."""

import unittest

from millrace_airflow.checks import Range, Store, Unreachable, quality_report, reconcile

COUNTS = {"raw": 10, "enriched": 9, "quarantined": 1, "lake_sessions": 4, "requests": 9, "sessions": 4}


class Reconciling(unittest.TestCase):
    def test_stores_that_agree_agree(self):
        self.assertTrue(all(each.holds for each in reconcile(COUNTS)))

    def test_each_difference_is_found_and_told_by_how_much(self):
        for store, expected in (("raw", "-1"), ("requests", "+1"), ("sessions", "+1")):
            wrong = [each for each in reconcile({**COUNTS, store: COUNTS[store] + 1}) if not each.holds]
            self.assertEqual(len(wrong), 1, store)
            self.assertIn(f"differs by {expected}", str(wrong[0]))


class Quality(unittest.TestCase):
    def test_every_violation_is_a_line_with_its_kind_and_hour(self):
        rows = [{"kind": "ops.requests", "window_start": "2026-03-01T10:00:00Z", "violations": ["a", "b"]}]
        self.assertEqual(
            quality_report(rows), ["ops.requests 2026-03-01T10:00:00Z: a", "ops.requests 2026-03-01T10:00:00Z: b"]
        )


class Stores(unittest.TestCase):
    def test_a_store_that_is_away_is_worth_another_try(self):
        # Port 1 of this machine: nobody listens there.
        with self.assertRaisesRegex(Unreachable, "lake at http://127.0.0.1:1 does not answer"):
            Store("lake", "http://127.0.0.1:1").number("select 1")

    def test_a_range_is_half_open(self):
        self.assertEqual(Range("a", "b").end, "b")


if __name__ == "__main__":
    unittest.main()
