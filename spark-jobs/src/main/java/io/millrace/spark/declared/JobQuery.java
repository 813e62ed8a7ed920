package io.millrace.spark.declared;

import io.millrace.spark.ConfigException;
import io.millrace.spark.ReadOnlyQuery;
import io.millrace.spark.SqlRefused;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnsupportedOperationChecker;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.EventTimeWatermark;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.streaming.OutputMode;
import scala.collection.JavaConverters;

/** The SELECT of a job, as Spark understands it. */
final class JobQuery {
    private JobQuery() {}

    /**
     * The result of the query over the events.
     *
     * @throws ConfigException when it is no SELECT over {@code events}, or Spark cannot make sense of it
     */
    static Dataset<Row> of(JobSpec spec, SparkSession spark, Dataset<Row> events) {
        try {
            ReadOnlyQuery query = ReadOnlyQuery.parse(spark, spec.query());
            Set<String> others = new TreeSet<>(query.tables());
            others.removeAll(query.defined());
            others.remove(EventView.NAME);
            if (!others.isEmpty()) {
                throw new ConfigException(spec.name() + ": query.sql reads " + String.join(", ", others)
                        + "; the only table is " + EventView.NAME);
            }
            events.createOrReplaceTempView(EventView.NAME);
            try {
                return spark.sql(query.sql());
            } finally {
                spark.catalog().dropTempView(EventView.NAME);
            }
        } catch (SqlRefused e) {
            throw new ConfigException(spec.name() + ": query.sql: " + e.getMessage(), e);
        } catch (Exception e) {
            if (e instanceof AnalysisException) {
                throw new ConfigException(spec.name() + ": query.sql: " + ReadOnlyQuery.firstLine(e), e);
            }
            throw e;
        }
    }

    /** Why a result cannot be computed on a stream or cannot be served, a sentence each. */
    static List<String> problems(Dataset<Row> result, EventView view, ServedRows served) {
        List<String> problems = new ArrayList<>(served.problems(result.schema()));
        LogicalPlan plan = result.queryExecution().analyzed();
        if (!plan.isStreaming()) {
            // A batch ends, and has forgotten by then which columns carry the watermark.
            return problems;
        }
        for (Aggregate aggregate : aggregates(plan)) {
            if (!groupsByTime(aggregate)) {
                problems.add(
                        "the query groups without a window of the event time, so its state would grow for ever; add"
                                + " window(" + view.time() + ", '1 minute') to GROUP BY"
                                + (view.time().equals(EventView.KAFKA_TIMESTAMP)
                                        ? ", or name the event time in source.time"
                                        : ""));
            }
        }
        try {
            UnsupportedOperationChecker.checkForStreaming(plan, OutputMode.Update());
        } catch (Exception e) {
            if (!(e instanceof AnalysisException)) {
                throw e;
            }
            problems.add("the query cannot run on a stream: " + ReadOnlyQuery.firstLine(e));
        }
        return problems;
    }

    /** What the state of the query will need. */
    static StateForecast forecast(JobSpec spec, Dataset<Row> result, EventView view) {
        boolean windowed = !aggregates(result.queryExecution().analyzed()).isEmpty();
        return StateForecast.of(
                spec,
                windowed,
                QueryWindows.longest(result.sparkSession(), spec.query()),
                result.schema(),
                view.isIdentified());
    }

    /** Spark drops the state of a group when one of its columns carries the watermark and falls behind it. */
    private static boolean groupsByTime(Aggregate aggregate) {
        for (Expression grouping : JavaConverters.seqAsJavaList(aggregate.groupingExpressions())) {
            if (grouping instanceof NamedExpression named && named.metadata().contains(EventTimeWatermark.delayKey())) {
                return true;
            }
        }
        return false;
    }

    private static List<Aggregate> aggregates(LogicalPlan plan) {
        List<Aggregate> found = new ArrayList<>();
        Deque<LogicalPlan> open = new ArrayDeque<>(List.of(plan));
        while (!open.isEmpty()) {
            LogicalPlan node = open.remove();
            if (node instanceof Aggregate aggregate) {
                found.add(aggregate);
            }
            open.addAll(JavaConverters.seqAsJavaList(node.children()));
        }
        return found;
    }
}
