package io.millrace.local.bench;

import io.millrace.local.stack.Checkout;
import io.millrace.local.stack.StackException;
import io.millrace.schemas.NearestName;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code millrace bench}: starts a benchmark in a JVM of its own and ends with its exit code. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Measures a part beside its references, taking turns in one run, with servers of its own.",
            "Prints medians, spread and ratios; every benchmark takes --rounds N and --report FILE.json."
        })
public final class BenchCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "One of: ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private String name;

    @Unmatched
    private final List<String> options = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    /** For the help text. */
    static final class Names extends ArrayList<String> {
        Names() {
            super(Bench.titles());
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Bench bench = Bench.named(name)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no benchmark " + name + "; " + NearestName.hint(name, Bench.titles())));
        Checkout checkout = Checkout.current();
        Path target = checkout.root().resolve(bench.module()).resolve("target");
        Path libraries = target.resolve("bench.classpath");
        if (!Files.exists(libraries) || !Files.isDirectory(target.resolve("test-classes"))) {
            throw new StackException("the benchmark " + name
                    + " is not built; run ./mvnw -DskipTests package, which compiles the tests");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(bench.javaOptions());
        command.addAll(List.of(
                "-D" + Checkout.HOME_PROPERTY + "=" + checkout.root(),
                "-cp",
                target.resolve("test-classes")
                        + File.pathSeparator
                        + target.resolve("classes")
                        + File.pathSeparator
                        + Files.readString(libraries).strip(),
                bench.mainClass()));
        command.addAll(options);
        Process process = new ProcessBuilder(command).inheritIO().start();
        Thread hook = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(hook);
        int code = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(hook);
        return code;
    }
}
