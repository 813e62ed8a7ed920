package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The prober and exporter: a process of its own, as what watches should not fail with what it watches. */
final class WatchService {
    static final String NAME = "watch";

    private WatchService() {}

    static ServiceSpec spec(StackContext context) {
        int port = context.address().watch();
        List<String> command = new ArrayList<>(StackContext.smallJava("96m"));
        command.addAll(List.of(
                "-D" + Checkout.HOME_PROPERTY + "=" + context.checkout().root(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                context.build().classPath(NAME, System.getProperty("java.class.path")),
                "io.millrace.local.Millrace",
                "probe",
                "--state",
                context.folder().root().toString(),
                "--listen",
                Integer.toString(port),
                "--quiet"));
        return ServiceSpec.of(
                        NAME,
                        port,
                        context.folder().conf(NAME),
                        () -> {},
                        command,
                        context.probes().httpOk(Part.OTHER, StackAddress.url(port) + "/healthy"))
                .with(Map.of())
                .after(Node.Dependency.onAll(KafkaService.NAME, StackPlan.TOPICS));
    }
}
