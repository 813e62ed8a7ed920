package io.millrace.spark.lake;

import static org.apache.spark.sql.functions.lit;

import io.millrace.spark.JobContext;
import io.millrace.spark.ReadOnlyQuery;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The lake's tables, by name, as they are at the moment of asking. */
final class LakeViews {
    private final JobContext context;

    LakeViews(JobContext context) {
        this.context = context;
    }

    /**
     * Makes the named tables known to a session. A table whose job has not written yet is there, and empty.
     *
     * @throws NoSuchTable when there is none of that name, naming those that exist
     */
    void register(SparkSession session, ReadOnlyQuery query) {
        for (String name : query.tables()) {
            Optional<Dataset<Row>> table = load(session, name);
            if (table.isPresent()) {
                table.get().createOrReplaceTempView(name);
            } else if (!query.defined().contains(name)) {
                throw new NoSuchTable("the lake has no table " + name + "; it has: " + String.join(", ", names()));
            }
        }
    }

    private Optional<Dataset<Row>> load(SparkSession session, String name) {
        String path = context.config().table(name);
        Optional<StructType> declared = declared(name);
        if (LakeTable.exists(hadoop(), path)) {
            Dataset<Row> table = session.read().format("hudi").load(path);
            // Between its creation and its first commit a table has no columns.
            if (table.columns().length > 0) {
                return Optional.of(withDeclared(LakeTable.withoutHudis(table), declared));
            }
        }
        return declared.map(schema -> session.createDataFrame(List.of(), schema));
    }

    /** With the columns that the contract has got and no row has brought yet. */
    private static Dataset<Row> withDeclared(Dataset<Row> table, Optional<StructType> declared) {
        Set<String> present = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        present.addAll(List.of(table.columns()));
        Dataset<Row> complete = table;
        for (StructField field : declared.map(StructType::fields).orElse(new StructField[0])) {
            if (!present.contains(field.name())) {
                complete = complete.withColumn(field.name(), lit(null).cast(field.dataType()));
            }
        }
        return complete;
    }

    /** The columns of a table that a contract describes. */
    private Optional<StructType> declared(String name) {
        if (name.equals(SessionWriter.TABLE)) {
            return Optional.of(SessionWriter.schema(contract(SessionWriter.TOPIC)));
        }
        return EventTable.all(context.catalogue()).stream()
                .filter(events -> events.table().equals(name))
                .findFirst()
                .map(events -> EventWriter.schema(events, contract(events.topic())));
    }

    private ContractRows contract(String topic) {
        return new ContractRows(context.catalogue().require(topic).requireValue(), context.registry()::schema);
    }

    private Set<String> names() {
        Set<String> names = new TreeSet<>();
        names.add(SessionWriter.TABLE);
        EventTable.all(context.catalogue()).forEach(events -> names.add(events.table()));
        Path lake = new Path(context.config().require("lake.path"));
        try {
            FileSystem files = lake.getFileSystem(hadoop());
            if (files.exists(lake)) {
                for (FileStatus entry : files.listStatus(lake)) {
                    if (entry.isDirectory()
                            && LakeTable.exists(hadoop(), entry.getPath().toString())) {
                        names.add(entry.getPath().getName().toLowerCase(Locale.ROOT));
                    }
                }
            }
            return names;
        } catch (IOException e) {
            throw new IllegalStateException("cannot list the lake at " + lake + ": " + e.getMessage(), e);
        }
    }

    private Configuration hadoop() {
        return context.spark().sparkContext().hadoopConfiguration();
    }
}
