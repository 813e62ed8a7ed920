"""Millrace's jobs and checks as Airflow DAGs."""
