package io.millrace.spark.declared;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.ConfigException;
import io.millrace.spark.Group;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * Runs a {@link JobSpec}: Spark keeps the state of the query, every row that changed is written as the absolute state of
 * its key. A batch that is executed again gives the same rows again, so nothing counts twice.
 *
 * <p>Each {@link JobSpec#generation} has a checkpoint of its own: a job whose query changed reads its topic again from the
 * beginning and so corrects what it had served.
 */
public final class DeclaredJob implements Job {
    private final JobSpec spec;

    public DeclaredJob(JobSpec spec) {
        this.spec = spec;
    }

    public JobSpec spec() {
        return spec;
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        return List.of(catalogue.require(spec.source()), catalogue.require(spec.sink()));
    }

    @Override
    public Optional<Long> stateBudget() {
        return spec.maxRows();
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        Contract source = context.catalogue().require(spec.source());
        Contract sink = context.catalogue().require(spec.sink());
        Codecs codecs = Codecs.forJob(context, List.of(source.name()), List.of(sink.name()));
        EventView view = EventView.of(spec, source);
        Dataset<Row> result = JobQuery.of(spec, context.spark(), view.read(context, codecs));
        ServedRows served = new ServedRows(sink);
        List<String> problems = JobQuery.problems(result, view, served);
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("; ", problems));
        }
        return served.records(result, codecs.id(sink.name()))
                .writeStream()
                .queryName(name())
                .outputMode(OutputMode.Update())
                .option("checkpointLocation", context.checkpoint(name() + "/" + spec.generation()))
                .trigger(context.trigger(Group.SERVING))
                .format("kafka")
                .option("kafka.bootstrap.servers", context.config().bootstrapServers())
                .option("kafka.compression.type", "lz4")
                .option("topic", sink.name())
                .start();
    }
}
