package io.millrace.spark.declared;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.catalyst.util.IntervalUtils;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Finds the windows of event time in a query's text. */
final class QueryWindows {
    private static final long MICROS_PER_DAY = Duration.ofDays(1).toNanos() / 1_000;

    private QueryWindows() {}

    /**
     * The length of the longest {@code window(time, 'length')}.
     *
     * @param query that Spark can parse
     */
    static Optional<Duration> longest(SparkSession spark, String query) {
        LogicalPlan plan;
        try {
            plan = spark.sessionState().sqlParser().parsePlan(query);
        } catch (Exception e) {
            // Scala throws it unannounced. Whoever checks the query says what is wrong with it.
            return Optional.empty();
        }
        Optional<Duration> longest = Optional.empty();
        Deque<TreeNode<?>> open = new ArrayDeque<>(List.of(plan));
        while (!open.isEmpty()) {
            TreeNode<?> node = open.remove();
            addAll(open, node.children());
            addAll(open, node.innerChildren());
            if (node instanceof LogicalPlan inner) {
                addAll(open, inner.expressions());
            }
            Optional<Duration> found = node instanceof UnresolvedFunction call ? length(call) : Optional.empty();
            if (found.isPresent() && (longest.isEmpty() || found.get().compareTo(longest.get()) > 0)) {
                longest = found;
            }
        }
        return longest;
    }

    private static Optional<Duration> length(UnresolvedFunction call) {
        List<Expression> arguments = JavaConverters.seqAsJavaList(call.arguments());
        boolean isWindow = call.nameParts().last().equalsIgnoreCase("window");
        if (!isWindow || arguments.size() < 2 || !(arguments.get(1) instanceof Literal literal)) {
            return Optional.empty();
        }
        CalendarInterval interval = literal.value() instanceof CalendarInterval given
                ? given
                : IntervalUtils.safeStringToInterval(UTF8String.fromString(String.valueOf(literal.value())));
        return Optional.ofNullable(interval)
                .map(found -> Duration.ofNanos((found.days * MICROS_PER_DAY + found.microseconds) * 1_000));
    }

    private static void addAll(Deque<TreeNode<?>> open, Seq<?> nodes) {
        for (Object node : JavaConverters.seqAsJavaList(nodes)) {
            if (node instanceof TreeNode<?> found) {
                open.add(found);
            }
        }
    }
}
