package io.millrace.spark.declared;

import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.JobContext;
import io.millrace.spark.lake.ContractTypes;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** What the benchmarks measure of declared jobs. */
public final class DeclaredCases {
    private DeclaredCases() {}

    public static DeclaredJob job(Path jobs, String name) {
        return new DeclaredJob(JobSpec.read(jobs.resolve(name)));
    }

    /** The events of a topic as a query sees them, duplicates included. */
    public static Dataset<Row> events(JobContext context, String topic) {
        Contract source = context.catalogue().require(topic);
        StructType fields = ContractTypes.columns(source.requireValue());
        Codecs codecs = Codecs.forJob(context, List.of(topic), List.of());
        return new EventRows(codecs, topic, null, fields, "event_time", true)
                .over(context.readTopic(topic), context.scope().arrival());
    }
}
