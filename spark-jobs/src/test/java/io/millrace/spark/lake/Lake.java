package io.millrace.spark.lake;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.SchemaRegistry;
import io.millrace.spark.ContractGuard;
import io.millrace.spark.DriverConfig;
import io.millrace.spark.JobContext;
import io.millrace.spark.ReadOnlyQuery;
import io.millrace.spark.Sessions;
import io.millrace.spark.support.Topology;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.HoodieTimeline;
import org.apache.hudi.storage.hadoop.HadoopStorageConfiguration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A lake on the local disk, and micro-batches for it as Spark's Kafka source would give them. */
final class Lake {
    private static final StructType KAFKA =
            StructType.fromDDL("key binary, value binary, topic string, partition int, offset bigint,"
                    + " timestamp timestamp, timestampType int, headers array<struct<key: string, value: binary>>");

    private final JobContext context;
    private final List<Schema> schemas = new ArrayList<>();

    Lake(Path folder) {
        DriverConfig config = DriverConfig.of(
                "test",
                Map.of(
                        "lake.path", folder.resolve("lake").toString(),
                        "registry.url", "http://127.0.0.1:1",
                        // One session serves all tests, so this outlives a test's folder.
                        "spark.local.dir",
                                Path.of("target", "spark-local")
                                        .toAbsolutePath()
                                        .toString()),
                name -> null);
        SparkSession spark = Sessions.open(config, "test", true);
        this.context = new JobContext(
                spark,
                config,
                Catalogue.bundled(),
                new SchemaRegistry(config.require("registry.url")),
                Clock.systemUTC(),
                ContractGuard.NONE);
    }

    /** The same lake for other contracts. */
    JobContext context(Catalogue contracts) {
        return new JobContext(
                context.spark(), context.config(), contracts, context.registry(), context.clock(), ContractGuard.NONE);
    }

    JobContext context() {
        return context;
    }

    /** Puts a schema where {@link #schema} finds it; the same schema again has the same id. */
    int id(Schema schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return schemas.indexOf(schema) + 1;
    }

    Optional<Schema> schema(int id) {
        return id <= schemas.size() ? Optional.of(schemas.get(id - 1)) : Optional.empty();
    }

    byte[] wire(GenericRecord record) {
        return Topology.wire(id(record.getSchema()), record);
    }

    LakeTable table(String name) {
        return new LakeTable(context.spark(), context.config().table(name));
    }

    /** The actions of a table's completed commits, oldest first. */
    List<String> timeline(String table) {
        return commits(table).getInstants().stream()
                .map(HoodieInstant::getAction)
                .toList();
    }

    private HoodieTimeline commits(String table) {
        return HoodieTableMetaClient.builder()
                .setConf(new HadoopStorageConfiguration(
                        context.spark().sparkContext().hadoopConfiguration()))
                .setBasePath(context.config().table(table))
                .build()
                .getCommitsTimeline()
                .filterCompletedInstants();
    }

    Schema contract(String topic) {
        return context.catalogue().require(topic).requireValue();
    }

    ContractRows rows(String topic) {
        return new ContractRows(contract(topic), this::schema);
    }

    MirrorWriter mirror() {
        return new MirrorWriter(context.spark(), context.config().require("lake.path"), this::schema);
    }

    /** What is in a table now, by a query that any user could ask. */
    List<Row> sql(String query) {
        SparkSession session = context.spark().newSession();
        new LakeViews(context).register(session, ReadOnlyQuery.parse(session, query));
        return session.sql(query).collectAsList();
    }

    /** When a table's newest commit was complete, as Hudi writes times. */
    String completed(String table) {
        return commits(table).lastInstant().get().getCompletionTime();
    }

    /** The ids and names in a table of things, read with Hudi's own options. */
    List<String> read(String table, Map<String, String> options) {
        return context
                .spark()
                .read()
                .format("hudi")
                .options(options)
                .load(context.config().table(table))
                .select("id", "name")
                .orderBy("id")
                .collectAsList()
                .stream()
                .map(row -> row.mkString("|"))
                .toList();
    }

    Dataset<Row> batch(List<Row> records) {
        return context.spark().createDataFrame(records, KAFKA);
    }

    static Row record(String topic, int partition, long offset, String key, byte[] value) {
        return record(topic, partition, offset, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
    }

    static Row record(String topic, int partition, long offset, byte[] key, byte[] value) {
        return record(topic, partition, offset, key, value, null);
    }

    /** @param header the name of a header that the record has; null when it has none */
    static Row record(String topic, int partition, long offset, byte[] key, byte[] value, String header) {
        Row[] headers = header == null ? null : new Row[] {RowFactory.create(header, new byte[] {1})};
        return RowFactory.create(
                key, value, topic, partition, offset, new Timestamp(1_700_000_000_000L + offset), 0, headers);
    }
}
