package io.millrace.spark.declared;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.spark.Codecs;
import io.millrace.spark.ConfigException;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.Group;
import io.millrace.spark.JobContext;
import io.millrace.spark.StateStore;
import io.millrace.spark.run.BoundedJob;
import io.millrace.spark.run.RunCounts;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
public final class DeclaredJob implements BoundedJob {
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

    /**
     * Checks the job against the contracts and by Spark, without any server.
     *
     * @throws ConfigException when it cannot run
     */
    public void check(JobContext context) {
        List<String> problems =
                JobCheck.of(spec, context.catalogue(), context.spark()).problems();
        if (!problems.isEmpty()) {
            throw new ConfigException(name() + ": " + String.join("; ", problems));
        }
    }

    /** What is expected of the events that it reads. */
    public QualityRules quality(Catalogue catalogue) {
        return QualityRules.of(spec, catalogue.require(spec.source()));
    }

    @Override
    public Optional<Long> stateBudget() {
        return spec.state().maxRows();
    }

    @Override
    public List<String> sinks(Catalogue catalogue) {
        return List.of(spec.sink());
    }

    @Override
    public List<String> sources(Catalogue catalogue) {
        return List.of(spec.source());
    }

    @Override
    public String definition(DriverConfig config) {
        return spec.name() + " " + spec.generation();
    }

    @Override
    public StreamingQuery start(JobContext context) throws TimeoutException {
        return start(context, upserts(context));
    }

    /** What its file says, else the driver's configuration, else what the forecast is for. */
    @Override
    public StateStore stateStore(JobContext context) {
        return spec.state()
                .store()
                .or(() -> context.config().stateStore())
                .or(() -> JobCheck.of(spec, context.catalogue(), context.spark())
                        .forecast()
                        .map(forecast -> forecast.store(spec.state())))
                .orElse(StateStore.MEMORY);
    }

    private StreamingQuery start(JobContext context, Dataset<Row> upserts) throws TimeoutException {
        return upserts.observe(RunCounts.OUT, count(lit(1)).as(RunCounts.ROWS))
                .writeStream()
                .queryName(name())
                .outputMode(OutputMode.Update())
                .option("checkpointLocation", context.checkpoint(name() + "/" + spec.generation()))
                .trigger(context.scope()
                        .trigger(spec.trigger().orElse(context.config().trigger(Group.SERVING))))
                .format("kafka")
                .options(context.config().kafkaOptions())
                .option("kafka.compression.type", "lz4")
                .start();
    }

    /** @throws ConfigException when the query cannot be computed or served */
    @Override
    public Dataset<Row> upserts(JobContext context) {
        Contract source = context.catalogue().require(spec.source());
        Contract sink = context.catalogue().require(spec.sink());
        Codecs codecs = Codecs.forJob(context, List.of(source.name()), List.of(sink.name()));
        QualityRules rules = QualityRules.of(spec, source);
        EventView view = view(context, source, rules);
        Dataset<Row> events = rules.observe(
                view.read(context, codecs), view.time(), context.scope().range());
        Dataset<Row> result = JobQuery.of(spec, context.spark(), events);
        ServedRows served = new ServedRows(sink);
        List<String> problems = JobQuery.problems(result, view, served);
        if (!problems.isEmpty()) {
            throw new ConfigException(String.join("; ", problems));
        }
        return served.records(result, codecs.id(sink.name()), context.scope().now());
    }

    /** The view with the columns that the query and the rules look at. */
    private EventView view(JobContext context, Contract source, QualityRules rules) {
        EventView whole = EventView.of(spec, source);
        Set<String> needed = new HashSet<>(rules.fields());
        needed.addAll(QueryColumns.of(JobQuery.of(spec, context.spark(), whole.shape(context.spark()))));
        return whole.of(needed);
    }
}
