"""The DAGs of Millrace, as Airflow finds them: all are made by one factory, see README.md in the folder above."""

from millrace_airflow.factory import every_dag
from millrace_airflow.layout import Layout

for dag in every_dag(Layout.of_environment()):
    globals()[dag.dag_id] = dag
