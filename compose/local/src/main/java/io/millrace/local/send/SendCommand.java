package io.millrace.local.send;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.millrace.local.client.EventClient;
import io.millrace.local.client.RunningStack;
import io.millrace.local.client.StackOption;
import io.millrace.local.stack.DurationConverter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace send}. */
@Command(
        name = "send",
        mixinStandardHelpOptions = true,
        description = {
            "Post the lines of a file as events over HTTP. Every event has an identity that follows from the file's name",
            "and the line's place, so sending a file twice adds nothing. Ends with 0 when every readable line is in",
            "Kafka or was refused for a reason that is printed, with 75 when the endpoint stayed away."
        })
public final class SendCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int TRY_AGAIN = 75;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StackOption stack;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Event kind of the lines, which have to be ndjson (default: web.events).")
    private String topic;

    @Option(names = "--format", description = "combined or ndjson (default: by the file's first line).")
    private FileFormat format;

    @Option(names = "--rate", paramLabel = "N", description = "At most so many events per second.")
    private double rate;

    @Option(
            names = "--site",
            paramLabel = "S",
            description = "Site of the events (default: the file's name without its extension).")
    private String site;

    @Option(names = "--batch", paramLabel = "N", description = "Events per request (default: ${DEFAULT-VALUE}).")
    private int batch = 500;

    @Option(
            names = "--retry-for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "How long the endpoint may be away (default: 5m).")
    private Duration patience = Duration.ofMinutes(5);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "Where to post (default: the http-source of the stack that runs).")
    private URI url;

    @Option(names = "--json", description = "Print the summary as JSON.")
    private boolean json;

    @Parameters(arity = "1", paramLabel = "FILE", description = "The file, plain or gzipped.")
    private Path file;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new ParameterException(spec.commandLine(), file + " is not a file that can be read");
        }
        if (batch < 1 || rate < 0) {
            throw new ParameterException(spec.commandLine(), "--batch must be at least 1 and --rate not negative");
        }
        if (site != null && (site.isBlank() || site.length() > SourceFile.MAX_SITE || site.indexOf('|') >= 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--site must have 1 to " + SourceFile.MAX_SITE + " characters and no |");
        }
        SourceFile source = new SourceFile(file);
        FileFormat lines = format != null ? format : FileFormat.of(source);
        if (topic != null && lines != FileFormat.ndjson) {
            throw new ParameterException(
                    spec.commandLine(), "--topic takes files of format ndjson; log lines are events of web.events");
        }
        if (topic != null && !topic.matches("[A-Za-z0-9._-]+")) {
            throw new ParameterException(spec.commandLine(), "--topic must be the name of a topic, not " + topic);
        }
        Optional<RunningStack> own = url != null ? Optional.empty() : Optional.of(stack.require());
        URI events = own.map(RunningStack::events).orElse(url);
        URI endpoint = topic == null ? events : KindLookup.endpoint(events, topic);
        try {
            KindFields fields = topic == null ? KindFields.WEB_EVENTS : new KindLookup(own).ask(endpoint, patience);
            if (fields.id().isEmpty()) {
                System.err.println("note: no identity can be derived for events of " + topic
                        + "; what is sent twice, by a retry or by sending the file again, is stored twice");
            }
            FileSender.Options options = new FileSender.Options(
                    site != null ? site : source.site(), lines.lines(), batch, rate, patience, fields);
            SendReport report = SendRun.send(
                    own.map(running -> new EventClient(endpoint, running.access()))
                            .orElseGet(() -> new EventClient(endpoint)),
                    source,
                    options,
                    new SendListener() {});
            System.out.println(json ? json(report) : summary(report, endpoint, fields));
            return report.accepted() == 0 && report.malformed() + report.refused() > 0 ? FAILED : 0;
        } catch (SendException e) {
            System.err.println("millrace: " + e.getMessage());
            return e.isWorthRetrying() ? TRY_AGAIN : FAILED;
        }
    }

    private static String summary(SendReport report, URI endpoint, KindFields fields) {
        return String.format(
                Locale.ROOT,
                "%,d events accepted by %s%s in %.1f s (%,.0f/s); %,d lines malformed, %,d refused, %,d retries",
                report.accepted(),
                endpoint,
                fields.site() ? " for site " + report.site() : "",
                report.seconds(),
                report.accepted() / Math.max(0.001, report.seconds()),
                report.malformed(),
                report.refused(),
                report.retries());
    }

    private static String json(SendReport report) throws IOException {
        return new ObjectMapper()
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .writeValueAsString(report);
    }
}
