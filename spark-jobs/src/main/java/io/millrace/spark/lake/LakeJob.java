package io.millrace.spark.lake;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Group;
import io.millrace.spark.Job;
import io.millrace.spark.JobContext;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;

/** A query that hands each micro-batch of Kafka records to a writer of Hudi tables. */
final class LakeJob implements Job {

    /** Writes one batch; called by one thread at a time. */
    interface BatchWriter {
        /** @param name query and batch id, for the commit's note */
        void write(Dataset<Row> batch, String name);
    }

    private final String name;
    private final Function<JobContext, Dataset<Row>> source;
    private final Function<JobContext, BatchWriter> writer;
    private final Function<Catalogue, List<Contract>> contracts;
    private final Predicate<Catalogue> needed;

    LakeJob(String name, Function<JobContext, Dataset<Row>> source, Function<JobContext, BatchWriter> writer) {
        this(name, source, writer, catalogue -> List.of(), catalogue -> true);
    }

    private LakeJob(
            String name,
            Function<JobContext, Dataset<Row>> source,
            Function<JobContext, BatchWriter> writer,
            Function<Catalogue, List<Contract>> contracts,
            Predicate<Catalogue> needed) {
        this.name = name;
        this.source = source;
        this.writer = writer;
        this.contracts = contracts;
        this.needed = needed;
    }

    /** The same job, of values that follow these contracts. */
    LakeJob following(Function<Catalogue, List<Contract>> contracts) {
        return new LakeJob(name, source, writer, contracts, needed);
    }

    /** The same job, which runs only where there is something to do. */
    LakeJob onlyIf(Predicate<Catalogue> needed) {
        return new LakeJob(name, source, writer, contracts, needed);
    }

    @Override
    public List<Contract> contracts(Catalogue catalogue) {
        return contracts.apply(catalogue);
    }

    @Override
    public boolean isNeeded(Catalogue catalogue) {
        return needed.test(catalogue);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        BatchWriter batches = writer.apply(context);
        return source.apply(context)
                .writeStream()
                .queryName(name)
                .option("checkpointLocation", context.checkpoint(name))
                .trigger(context.trigger(Group.LAKE))
                .foreachBatch((Dataset<Row> batch, Long id) -> {
                    // The first batch comes even when there is nothing to read. Without a partition there is no task to
                    // plan.
                    if (batch.javaRDD().getNumPartitions() > 0) {
                        context.guard().check();
                        batches.write(batch, name + "/" + id);
                    }
                })
                .start();
    }
}
