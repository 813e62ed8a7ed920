package io.millrace.local.dashboards;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.StackAddress;
import io.millrace.local.client.RunningStack;
import io.millrace.local.stack.Checkout;
import io.millrace.local.stack.StackFolder;
import io.millrace.schemas.Catalogue;
import io.millrace.schemas.ContractException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code millrace dashboards}. */
@Command(
        name = "dashboards",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Dashboards for Kibana and the local page, made from compose/kibana and the contracts.")
public final class DashboardsCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--contracts",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Folder of the contracts (default: schemas/contracts).")
    private Path contracts;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Folder of the sources (default: compose/kibana).")
    private Path folder;

    /** How Kibana is reached. */
    static final class Kibana {
        @Option(
                names = "--url",
                paramLabel = "URL",
                description = "Kibana, with /s/SPACE for another space (default: $MILLRACE_KIBANA_URL, else"
                        + " http://127.0.0.1:5601).")
        private String url;

        KibanaClient client() {
            String other = System.getenv("MILLRACE_KIBANA_URL");
            return new KibanaClient(
                    url != null ? url : other != null ? other : "http://127.0.0.1:5601",
                    // A secret, so never on the command line.
                    Optional.ofNullable(System.getenv("MILLRACE_KIBANA_AUTHORIZATION")));
        }
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return USAGE;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = {
                "Says what is wrong with the dashboards: fields that a contract does not have or that cannot be used so, what"
                        + " Kibana would refuse. With --live every panel's search is asked of the running stack too.",
                "Ends with 1 when something is wrong."
            })
    int check(
            @Option(names = "--live", description = "Asks every search of the stack's Elasticsearch.") boolean live,
            @Option(
                            names = "--elasticsearch",
                            paramLabel = "URL",
                            description = "Asks every search of this Elasticsearch.")
                    String elasticsearch) {
        return guarded(() -> {
            DashboardFiles files = files();
            List<String> problems = new ArrayList<>(FieldRules.problems(files));
            if (problems.isEmpty()) {
                problems.addAll(SavedObjectRules.problems(SavedObjects.of(files)));
            }
            if (problems.isEmpty() && (live || elasticsearch != null)) {
                LiveCheck asked = LiveCheck.of(files, elasticsearch == null ? stack() : elasticsearch);
                asked.lines().forEach(out()::println);
                problems.addAll(asked.problems());
            }
            problems.forEach(problem -> err().println("millrace: " + problem));
            if (!problems.isEmpty()) {
                return FAILED;
            }
            int panels = files.dashboards().stream()
                    .mapToInt(dashboard -> dashboard.panels().size())
                    .sum();
            out().println(files.dashboards().size() + " dashboards with " + panels + " panels are sound.");
            return 0;
        });
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Puts the dashboards into Kibana, over those that are there under the same ids.")
    int importAll(@picocli.CommandLine.Mixin Kibana kibana) {
        return guarded(() -> {
            List<ObjectNode> objects = sound();
            KibanaClient.Imported imported = kibana.client().importAll(SavedObjects.ndjson(objects));
            imported.errors().forEach(error -> err().println("millrace: not imported: " + error));
            out().println(imported.count() + " of " + objects.size() + " objects imported.");
            return imported.errors().isEmpty() && imported.count() == objects.size() ? 0 : FAILED;
        });
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = {
                "Writes what Kibana has under the ids of our dashboards, with what somebody changed there, as NDJSON.",
                "With --generated it asks no Kibana: the file is what import would send."
            })
    int export(
            @picocli.CommandLine.Mixin Kibana kibana,
            @Option(names = "--generated", description = "What import would send.") boolean generated,
            @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.") Path out,
            @Parameters(arity = "0..*", paramLabel = "NAME", description = "Dashboards (default: all).")
                    List<String> names) {
        return guarded(() -> {
            List<ObjectNode> objects;
            if (generated) {
                objects = sound();
            } else {
                List<String> wanted = names == null || names.isEmpty()
                        ? files().dashboards().stream().map(Dashboard::name).toList()
                        : names;
                objects = kibana.client()
                        .export(wanted.stream().map(SavedObjects::dashboardId).toList());
            }
            Files.writeString(out, SavedObjects.ndjson(objects));
            out().println("Wrote " + objects.size() + " objects to " + out + ".");
            return 0;
        });
    }

    private List<ObjectNode> sound() {
        DashboardFiles files = files();
        List<String> problems = new ArrayList<>(FieldRules.problems(files));
        List<ObjectNode> objects = problems.isEmpty() ? SavedObjects.of(files) : List.of();
        problems.addAll(SavedObjectRules.problems(objects));
        if (!problems.isEmpty()) {
            throw new DashboardException(String.join("\nmillrace: ", problems));
        }
        return objects;
    }

    private DashboardFiles files() {
        Checkout checkout = contracts == null || folder == null ? Checkout.current() : null;
        return DashboardFiles.read(
                folder == null ? checkout.dashboards() : folder,
                Catalogue.read(contracts == null ? checkout.contracts() : contracts));
    }

    private static String stack() {
        StackFolder folder = new StackFolder(Checkout.current().defaultState());
        return RunningStack.find(folder)
                .map(stack -> StackAddress.url(stack.address().elasticsearch()))
                .orElseThrow(() -> new DashboardException("no stack runs in " + folder.root()
                        + "; start one with ./millrace up, or name an Elasticsearch with --elasticsearch"));
    }

    private int guarded(Callable<Integer> work) {
        try {
            return work.call();
        } catch (DashboardException | ContractException e) {
            return fail(e, USAGE);
        } catch (IOException e) {
            return fail(e, FAILED);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            out().flush();
        }
    }

    private int fail(Exception failure, int code) {
        out().flush();
        err().println("millrace: " + failure.getMessage());
        err().flush();
        return code;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
