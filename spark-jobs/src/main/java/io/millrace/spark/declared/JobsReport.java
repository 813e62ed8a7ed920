package io.millrace.spark.declared;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.NearestName;
import io.millrace.spark.ConfigException;
import io.millrace.spark.StateStore;
import io.millrace.spark.lake.ContractTypes;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Tells people about declared jobs, and of the built-in ones what the contracts say of them. */
public final class JobsReport {
    private static final String ROW = "%-28s  %-26s  %-30s  %-9s  %s%n";
    private static final int BROKEN = 1;

    private final JobsFolder folder;
    private final List<String> builtIn;
    private final Catalogue catalogue;
    private final PrintStream out;

    /** @param builtIn names of the jobs that are Java, in the order in which they are listed */
    public JobsReport(JobsFolder folder, List<String> builtIn, Catalogue catalogue, PrintStream out) {
        this.folder = folder;
        this.builtIn = List.copyOf(builtIn);
        this.catalogue = catalogue;
        this.out = out;
    }

    /** One line per job; 1 when one cannot be read. */
    public int list() {
        out.printf(ROW, "job", "reads", "writes", "watermark", "what");
        folder.specs()
                .values()
                .forEach(spec -> out.printf(
                        ROW, spec.name(), spec.source(), spec.sink(), text(spec.watermark()), spec.description()));
        folder.problems().forEach((name, why) -> out.printf(ROW, name, "-", "-", "-", why));
        for (String name : builtIn) {
            out.printf(ROW, name, few(read(name)), few(written(name)), "-", "built in");
        }
        return folder.problems().isEmpty() ? 0 : BROKEN;
    }

    /** What is wrong with each job; 1 when something is. */
    public int check(SparkSession spark) {
        int broken = folder.problems().size();
        folder.problems().forEach((name, why) -> out.println(name + ": " + why));
        for (JobSpec spec : folder.specs().values()) {
            JobCheck check = JobCheck.of(spec, catalogue, spark);
            check.problems().forEach(problem -> out.println(named(spec, problem)));
            broken += check.problems().isEmpty() ? 0 : 1;
        }
        int all = folder.specs().size() + folder.problems().size();
        out.println(
                broken == 0
                        ? all + (all == 1 ? " job is" : " jobs are") + " sound."
                        : broken + " of " + all + " jobs cannot run.");
        return broken == 0 ? 0 : BROKEN;
    }

    /** Everything about one job; 1 when it cannot run. */
    public int explain(String name, Supplier<SparkSession> spark) {
        return builtIn.contains(name) ? explainBuiltIn(name) : explainDeclared(name, spark);
    }

    private int explainBuiltIn(String name) {
        out.println(name + ": a built-in job, in Java; spark-jobs/README.md says what it computes and what holds.");
        out.println();
        out.println("reads " + (read(name).isEmpty() ? "what its configuration names" : String.join(", ", read(name))));
        for (String topic : written(name)) {
            Contract sink = catalogue.require(topic);
            out.println();
            out.println("writes " + topic + ", key "
                    + (sink.topic().key().isEmpty()
                            ? "none"
                            : String.join("|", sink.topic().key())) + ":");
            sink.value().ifPresent(schema -> columns(ContractTypes.columns(schema)));
        }
        return 0;
    }

    private List<String> read(String job) {
        return topics(contract -> contract.readBy().contains("spark: " + job));
    }

    private List<String> written(String job) {
        return topics(contract -> ("spark: " + job).equals(contract.writtenBy()));
    }

    private List<String> topics(Predicate<Contract> which) {
        return catalogue.contracts().stream().filter(which).map(Contract::name).toList();
    }

    private static String few(List<String> topics) {
        return switch (topics.size()) {
            case 0 -> "-";
            case 1 -> topics.get(0);
            default -> topics.get(0) + " +" + (topics.size() - 1);
        };
    }

    private int explainDeclared(String name, Supplier<SparkSession> spark) {
        JobSpec spec = Optional.ofNullable(folder.specs().get(name)).orElseThrow(() -> unknown(name));
        JobCheck check = JobCheck.of(spec, catalogue, spark.get());
        out.println(spec.name() + ": " + spec.description());
        out.println("owner " + spec.owner() + ", generation " + spec.generation()
                + " (a changed query is a new one: it reads its topic again from the beginning)");
        out.println();
        out.println("reads " + spec.source() + " as the view " + EventView.NAME + ":");
        check.view().ifPresent(this::columns);
        out.println();
        out.println("An event counts when it comes no later than " + text(spec.watermark())
                + " of event time behind the newest one; later ones are dropped and counted in /health as late_rows.");
        out.println("State: one row per group and open window; a window is dropped " + text(spec.watermark())
                + " after its end."
                + spec.state()
                        .maxRows()
                        .map(rows -> " Budget: " + String.format("%,d", rows) + " rows, reported from 80 % on.")
                        .orElse(" No budget is set (state.max_rows)."));
        check.forecast().ifPresent(forecast -> {
            out.println(forecast.text());
            out.println("It is kept in "
                    + (forecast.store(spec.state()) == StateStore.ROCKSDB
                            ? "RocksDB, whose changes alone go into the checkpoint."
                            : "memory."));
        });
        out.println();
        out.println("writes " + spec.sink() + ", key "
                + catalogue
                        .find(spec.sink())
                        .map(sink -> String.join("|", sink.topic().key()))
                        .orElse("unknown") + ":");
        check.result().ifPresent(this::columns);
        check.plan().ifPresent(plan -> {
            out.println();
            out.println("plan:");
            out.println(plan.indent(2).stripTrailing());
        });
        check.problems().forEach(problem -> out.println("\nPROBLEM " + named(spec, problem)));
        return check.problems().isEmpty() ? 0 : BROKEN;
    }

    private void columns(StructType columns) {
        for (StructField field : columns.fields()) {
            out.printf("  %-24s %s%n", field.name(), field.dataType().catalogString());
        }
    }

    private ConfigException unknown(String name) {
        Set<String> known = new TreeSet<>(folder.specs().keySet());
        known.addAll(builtIn);
        return new ConfigException(Optional.ofNullable(folder.problems().get(name))
                .orElseGet(() -> "there is no job " + name + "; " + NearestName.hint(name, known)));
    }

    private static String named(JobSpec spec, String problem) {
        return problem.startsWith(spec.name() + ":") ? problem : spec.name() + ": " + problem;
    }

    /** {@code PT10M} -> {@code 10m}. */
    private static String text(java.time.Duration duration) {
        return duration.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
    }
}
