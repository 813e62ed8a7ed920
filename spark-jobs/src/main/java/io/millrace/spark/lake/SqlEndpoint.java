package io.millrace.spark.lake;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.spark.ControlRoute;
import io.millrace.spark.JobContext;
import io.millrace.spark.ReadOnlyQuery;
import io.millrace.spark.SqlRefused;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code POST /sql}: answers one SELECT over the lake's tables as {@code {"columns":[...],"rows":[[...]]}}. Each query
 * sees the tables' newest commits.
 */
public final class SqlEndpoint implements ControlRoute {
    private static final int MOST_ROWS = 10_000;
    /** Queries share the cores with the jobs as one more job. */
    private static final String POOL = "sql";

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/sql";
    }

    @Override
    public JsonNode answer(JobContext context, String body) throws Exception {
        context.spark().sparkContext().setLocalProperty("spark.scheduler.pool", POOL);
        // Its own session: views of one query do not meet those of another.
        SparkSession session = context.spark().newSession();
        session.conf().set("spark.sql.datetime.java8API.enabled", "true");
        ReadOnlyQuery query = ReadOnlyQuery.parse(session, body);
        new LakeViews(context).register(session, query);
        try {
            Dataset<Row> result = session.sql(query.sql());
            List<Row> rows = result.limit(MOST_ROWS + 1).collectAsList();
            return JsonRows.of(result.columns(), rows, MOST_ROWS);
        } catch (Exception e) {
            if (e instanceof AnalysisException) {
                throw new SqlRefused(ReadOnlyQuery.firstLine(e));
            }
            throw e;
        }
    }
}
