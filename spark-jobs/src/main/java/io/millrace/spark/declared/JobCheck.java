package io.millrace.spark.declared;

import static org.apache.spark.sql.functions.current_timestamp;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractException;
import io.millrace.spark.ConfigException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A declared job looked at without any server: against the contracts, and as Spark understands its query.
 *
 * @param problems what is wrong, a sentence each; empty when it can run
 * @param view the columns of {@code events}; empty when they could not be made out
 * @param result the columns of the query; empty when it could not be understood
 * @param plan Spark's plan of the query; empty as {@code result}
 * @param forecast of its state; empty as {@code result}
 */
record JobCheck(
        List<String> problems,
        Optional<StructType> view,
        Optional<StructType> result,
        Optional<String> plan,
        Optional<StateForecast> forecast) {

    static JobCheck of(JobSpec spec, Catalogue catalogue, SparkSession spark) {
        EventView view;
        ServedRows served;
        try {
            Contract source = catalogue.require(spec.source());
            view = EventView.of(spec, source);
            served = new ServedRows(catalogue.require(spec.sink()));
        } catch (ContractException | ConfigException | IllegalArgumentException e) {
            return broken(e, Optional.empty());
        }
        try {
            Dataset<Row> result = JobQuery.of(spec, spark, view.shape(spark));
            List<String> problems = new ArrayList<>(JobQuery.problems(result, view, served));
            StateForecast forecast = JobQuery.forecast(spec, result, view);
            forecast.problem(spec.state()).ifPresent(problems::add);
            if (problems.isEmpty()) {
                // Spark has the last word: what it cannot plan does not get through.
                served.records(result, 0, current_timestamp()).queryExecution().analyzed();
            }
            return new JobCheck(
                    problems,
                    Optional.of(view.schema()),
                    Optional.of(result.schema()),
                    Optional.of(result.queryExecution().analyzed().toString()),
                    Optional.of(forecast));
        } catch (ConfigException e) {
            return broken(e, Optional.of(view.schema()));
        }
    }

    private static JobCheck broken(RuntimeException why, Optional<StructType> view) {
        return new JobCheck(List.of(why.getMessage()), view, Optional.empty(), Optional.empty(), Optional.empty());
    }
}
