package io.millrace.connect.configs.plan;

import io.millrace.connect.configs.plan.Change.AddPartitions;
import io.millrace.connect.configs.plan.Change.ChangeConnector;
import io.millrace.connect.configs.plan.Change.ChangeState;
import io.millrace.connect.configs.plan.Change.ConfigureTopic;
import io.millrace.connect.configs.plan.Change.CreateConnector;
import io.millrace.connect.configs.plan.Change.CreateTopic;
import io.millrace.connect.configs.plan.Change.DeleteConnector;
import io.millrace.connect.configs.plan.Change.PublishContracts;
import io.millrace.connect.configs.plan.Change.RegisterSchema;
import io.millrace.connect.configs.plan.Change.SetCompatibility;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A plan as people read it: aligned lines, one symbol per change. */
public final class PlanText {
    private static final int NARROWEST = 24;
    private static final int WIDEST = 48;

    private final Paint paint;
    private final List<String> lines = new ArrayList<>();
    private int width = NARROWEST;

    private PlanText(Paint paint) {
        this.paint = paint;
    }

    /** The whole plan. */
    public static List<String> of(Header header, Plan plan, Paint paint) {
        PlanText text = new PlanText(paint);
        text.width(plan);
        text.header(header);
        text.section("topics", plan, List.of(CreateTopic.class, AddPartitions.class, ConfigureTopic.class));
        text.section("schemas", plan, List.of(SetCompatibility.class, RegisterSchema.class));
        text.section("contracts", plan, List.of(PublishContracts.class));
        text.section(
                "connectors",
                plan,
                List.of(CreateConnector.class, ChangeConnector.class, ChangeState.class, DeleteConnector.class));
        text.findings(plan);
        text.summary(plan);
        return text.lines;
    }

    private void width(Plan plan) {
        Stream.concat(
                        plan.changes().stream().map(Change::name),
                        plan.findings().stream().map(Finding::name))
                .mapToInt(String::length)
                .filter(length -> length <= WIDEST)
                .forEach(length -> width = Math.max(width, length));
    }

    private void header(Header header) {
        lines.add(paint.bold("env " + header.environment()) + "   connect " + header.connect() + " (Kafka "
                + header.workerVersion() + ", " + count(header.plugins(), "plugin") + ")");
        lines.add("    " + " ".repeat(header.environment().length()) + "   kafka " + header.kafka() + " ("
                + count(header.brokers(), "broker") + ")   registry " + header.registry());
        lines.add("");
    }

    private void section(String title, Plan plan, List<Class<? extends Change>> types) {
        List<Change> changes = plan.changes().stream()
                .filter(change -> types.contains(change.getClass()))
                .toList();
        if (!changes.isEmpty()) {
            lines.add("  " + paint.dim(title));
            changes.forEach(this::change);
            lines.add("");
        }
    }

    private void change(Change change) {
        row(symbol(change), change.name(), describe(change));
        if (change instanceof ConfigureTopic topic) {
            topic.settings().forEach(this::key);
        } else if (change instanceof ChangeConnector connector) {
            connector.keys().forEach(this::key);
        } else if (change instanceof CreateConnector connector) {
            connector
                    .offsets()
                    .ifPresent(offsets -> more("offsets exist under this name: " + describe(offsets)
                            + "; it goes on from there, --reset-offsets starts anew"));
        }
    }

    /** The symbol that stands before a change. */
    public static String symbol(Change change) {
        if (change instanceof CreateTopic || change instanceof CreateConnector) {
            return "+";
        } else if (change instanceof RegisterSchema schema) {
            return schema.newest() == 0 ? "+" : "~";
        } else {
            return change instanceof DeleteConnector ? "-" : "~";
        }
    }

    /** What a change does, in a few words. */
    public static String describe(Change change) {
        if (change instanceof CreateTopic topic) {
            return count(topic.partitions(), "partition") + ", replication " + topic.replication() + ", "
                    + topic.settings().entrySet().stream()
                            .map(setting -> setting.getKey() + "=" + setting.getValue())
                            .collect(Collectors.joining(", "));
        } else if (change instanceof AddPartitions topic) {
            return "partitions " + topic.before() + " -> " + topic.after()
                    + (topic.keyed()
                            ? "; keys move: a record may go to another partition than those of its key before it"
                            : "");
        } else if (change instanceof ConfigureTopic) {
            return "settings change, no restart";
        } else if (change instanceof SetCompatibility subject) {
            return "compatibility " + subject.before() + " -> " + subject.after();
        } else if (change instanceof RegisterSchema schema) {
            return "register version " + (schema.newest() + 1)
                    + schema.compatibility().map(mode -> ", " + mode).orElse("")
                    + (schema.differences().isEmpty() ? "" : ": " + String.join(", ", schema.differences()));
        } else if (change instanceof PublishContracts contracts) {
            return describe(contracts);
        } else if (change instanceof CreateConnector connector) {
            return simple(connector.connectorClass()) + ", " + count(connector.settings(), "setting") + ", then "
                    + connector.state();
        } else if (change instanceof ChangeConnector connector) {
            return describe(connector);
        } else if (change instanceof ChangeState state) {
            return state.before() + " -> " + state.after();
        }
        return "removed with its " + count(((DeleteConnector) change).tasks(), "task") + "; its offsets stay";
    }

    private static String describe(PublishContracts contracts) {
        return Stream.of(
                                part("add", contracts.added()),
                                part("change", contracts.changed()),
                                part("remove", contracts.removed()))
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining("; "))
                + " in " + contracts.folder();
    }

    private static String part(String verb, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        return names.size() > 4 ? verb + " " + names.size() + " contracts" : verb + " " + String.join(", ", names);
    }

    private static String describe(ChangeConnector connector) {
        String restart = "restarts connector + " + count(connector.tasks(), "task") + ", position kept";
        return (connector.adopted() ? "taken over; " : "")
                + restart
                + connector
                        .state()
                        .map(state -> ", " + state.before() + " -> " + state.after())
                        .orElse("");
    }

    private static String describe(OldOffsets offsets) {
        return offsets.where() + " has " + count(offsets.partitions(), "partition")
                + offsets.written()
                        .map(time -> ", written " + time.toString().substring(0, 19) + "Z")
                        .orElse("");
    }

    private void key(KeyChange key) {
        String before = key.before().orElse("(not set)");
        String after = key.after().orElse("(not set)");
        String at = key.at().isEmpty() ? "" : "   " + paint.dim(key.at());
        String name = pad(key.key(), width - 2);
        if (before.length() + after.length() <= 90) {
            lines.add("      " + name + "  " + before + "  ->  " + after + at);
        } else {
            lines.add("      " + name + "  " + before);
            lines.add("      " + " ".repeat(width - 2) + "  ->  " + after + at);
        }
    }

    private void findings(Plan plan) {
        for (Finding finding : plan.findings()) {
            String symbol =
                    switch (finding.kind()) {
                        case PROBLEM -> "!";
                        case FOREIGN -> "?";
                        case LEFT -> "-";
                        case NOTE -> "i";
                    };
            String text = (finding.kind() == Finding.Kind.FOREIGN ? "foreign: " : "") + finding.text();
            row(symbol, finding.name(), text);
            if (!finding.at().isEmpty()) {
                more(paint.dim(finding.at()));
            }
        }
        if (plan.unchanged().all() > 0) {
            Plan.Unchanged same = plan.unchanged();
            row(
                    "=",
                    same.all() + " unchanged",
                    count(same.topics(), "topic") + ", " + count(same.subjects(), "schema") + ", "
                            + count(same.connectors(), "connector"));
        }
        if (!plan.findings().isEmpty() || plan.unchanged().all() > 0) {
            lines.add("");
        }
    }

    private void summary(Plan plan) {
        Plan.Checked checked = plan.checked();
        lines.add("  validate " + checked.valid() + "/" + checked.connectors() + " ok by the workers   schemas "
                + checked.compatible() + "/" + checked.subjects() + " compatible   secrets "
                + count(checked.references(), "reference") + ", 0 literal");
        if (plan.isBlocked()) {
            long problems = plan.findings().stream()
                    .filter(finding -> finding.kind() == Finding.Kind.PROBLEM)
                    .count();
            lines.add("  " + paint.red(count((int) problems, "problem")) + "; nothing can be applied before "
                    + (problems == 1 ? "it is" : "they are") + " mended");
        } else if (plan.isEmpty()) {
            lines.add("  " + paint.green("nothing to do"));
        } else {
            lines.add("  " + counts(plan));
        }
    }

    /** How many changes there are of each sort, in one line. */
    public static String counts(Plan plan) {
        long created = plan.changes().stream()
                .filter(change -> symbol(change).equals("+"))
                .count();
        long removed = plan.changes(DeleteConnector.class).size();
        return created + " to create, " + (plan.changes().size() - created - removed) + " to change, " + removed
                + " to remove";
    }

    private void row(String symbol, String name, String text) {
        lines.add("  " + paint.symbol(symbol) + " " + pad(name, width + 2) + "  " + text);
    }

    private void more(String text) {
        lines.add(" ".repeat(width + 8) + text);
    }

    private static String pad(String text, int width) {
        return text.length() >= width ? text : text + " ".repeat(width - text.length());
    }

    private static String simple(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    static String count(int number, String noun) {
        return String.format(Locale.ROOT, "%d %s%s", number, noun, number == 1 ? "" : "s");
    }
}
