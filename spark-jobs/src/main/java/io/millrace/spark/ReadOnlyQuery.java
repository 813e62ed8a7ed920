package io.millrace.spark;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedWith;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * A SELECT that only reads tables which have a plain name. Checked on the parsed query, before anything in it is looked up: no
 * statement that changes something, no file given by its path, no call into Java.
 *
 * @param sql the query's text
 * @param tables the tables that it names
 * @param defined the names that it defines itself with WITH
 */
public record ReadOnlyQuery(String sql, Set<String> tables, Set<String> defined) {
    private static final Set<String> CALLS_INTO_JAVA = Set.of("reflect", "java_method", "try_reflect");

    /**
     * Parses and checks a query.
     *
     * @throws SqlRefused when it is not such a SELECT, saying why
     */
    public static ReadOnlyQuery parse(SparkSession session, String text) {
        String sql = text.strip().replaceFirst(";\\s*$", "");
        if (sql.isEmpty()) {
            throw new SqlRefused("the query is empty: write one SELECT");
        }
        ReadOnlyQuery query = new ReadOnlyQuery(sql, new TreeSet<>(), new TreeSet<>());
        query.check(plan(session, sql));
        return query;
    }

    private static LogicalPlan plan(SparkSession session, String sql) {
        try {
            return session.sessionState().sqlParser().parsePlan(sql);
        } catch (Exception e) {
            if (e instanceof AnalysisException) {
                throw new SqlRefused("the query cannot be parsed: " + firstLine(e));
            }
            throw new IllegalStateException("cannot parse the query: " + e.getMessage(), e);
        }
    }

    private void check(LogicalPlan plan) {
        Deque<TreeNode<?>> open = new ArrayDeque<>();
        open.add(plan);
        while (!open.isEmpty()) {
            TreeNode<?> node = open.remove();
            check(node);
            addAll(open, node.children());
            addAll(open, node.innerChildren());
            if (node instanceof LogicalPlan inner) {
                addAll(open, inner.expressions());
            }
            if (node instanceof SubqueryExpression subquery) {
                open.add(subquery.plan());
            }
        }
    }

    private void check(TreeNode<?> node) {
        if (node instanceof Command || node instanceof ParsedStatement) {
            throw new SqlRefused("only a SELECT is allowed here: queries are read-only");
        }
        if (node instanceof UnresolvedRelation relation) {
            Seq<String> name = relation.multipartIdentifier();
            if (name.size() != 1) {
                throw new SqlRefused("name tables without a prefix, not as " + name.mkString("."));
            }
            tables.add(name.head().toLowerCase(Locale.ROOT));
        } else if (node instanceof UnresolvedWith with) {
            JavaConverters.seqAsJavaList(with.cteRelations())
                    .forEach(named -> defined.add(named._1().toLowerCase(Locale.ROOT)));
        } else if (node instanceof UnresolvedFunction function) {
            String name = function.nameParts().last().toLowerCase(Locale.ROOT);
            if (CALLS_INTO_JAVA.contains(name)) {
                throw new SqlRefused("the function " + name + " calls into the driver's Java and is not allowed");
            }
        } else if (node instanceof UnresolvedTableValuedFunction function) {
            String name = function.name().last().toLowerCase(Locale.ROOT);
            if (name.startsWith("hudi_")) {
                throw new SqlRefused("the function " + name + " reads files by path and is not allowed");
            }
        }
    }

    private static void addAll(Deque<TreeNode<?>> open, Seq<?> nodes) {
        for (Object node : JavaConverters.seqAsJavaList(nodes)) {
            if (node instanceof TreeNode<?> found) {
                open.add(found);
            }
        }
    }

    /** Spark's messages go on with the query's text and its plan. */
    public static String firstLine(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).strip();
        return message.lines().findFirst().orElse("no reason given").strip();
    }
}
