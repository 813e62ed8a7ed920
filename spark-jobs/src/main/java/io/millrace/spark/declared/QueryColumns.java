package io.millrace.spark.declared;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import scala.collection.JavaConverters;

/** The columns of {@code events} that a query looks at. */
final class QueryColumns {
    private QueryColumns() {}

    /**
     * Names of all columns that anything in the query refers to, those of the result included. One that is not among them
     * makes no difference to the result.
     *
     * @param result of the query over the whole view
     */
    static Set<String> of(Dataset<Row> result) {
        Set<String> names = new TreeSet<>(Arrays.asList(result.columns()));
        Deque<LogicalPlan> open =
                new ArrayDeque<>(List.of(result.queryExecution().analyzed()));
        while (!open.isEmpty()) {
            LogicalPlan node = open.remove();
            if (isEvents(node)) {
                continue;
            }
            for (Attribute attribute :
                    JavaConverters.seqAsJavaList(node.references().toSeq())) {
                names.add(attribute.name());
            }
            for (Expression expression : JavaConverters.seqAsJavaList(node.expressions())) {
                addPlans(expression, open);
            }
            open.addAll(JavaConverters.seqAsJavaList(node.children()));
        }
        return names;
    }

    /** The view itself, not a query that has taken its name. */
    private static boolean isEvents(LogicalPlan node) {
        return node instanceof SubqueryAlias alias
                && alias.alias().equalsIgnoreCase(EventView.NAME)
                && alias.child() instanceof View;
    }

    /** A query within an expression. */
    private static void addPlans(Expression expression, Deque<LogicalPlan> open) {
        if (expression instanceof PlanExpression<?> query && query.plan() instanceof LogicalPlan plan) {
            open.add(plan);
        }
        JavaConverters.seqAsJavaList(expression.children()).forEach(child -> addPlans(child, open));
    }
}
