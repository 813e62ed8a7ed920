package io.millrace.local.jobs;

import io.millrace.local.stack.Checkout;
import io.millrace.local.stack.Versions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Asks Spark about the declared jobs, in a JVM of its own: its libraries do not go together with the command line's. */
final class JobsTool {
    private JobsTool() {}

    /** Prints what the tool says; gives its exit code. */
    static int run(String... question) throws IOException, InterruptedException {
        Checkout checkout = Checkout.current();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ReservedCodeCacheSize=240m"));
        command.addAll(new Versions().sparkJavaOptions());
        command.addAll(List.of("-cp", checkout.sparkClassPath(), "io.millrace.spark.JobsTool"));
        command.addAll(List.of(question));
        command.addAll(List.of(
                "--jobs", checkout.jobs().toString(),
                "--contracts", checkout.contracts().toString()));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
