package io.millrace.connect.configs.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.environment.Clusters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace connectors offsets set}. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description = {
            "Change offsets of a STOPPED connector; partitions that are not named keep theirs.",
            "Give them in Connect's own JSON, as offsets show --json prints it, or for a sink by partition."
        })
final class OffsetsSetCommand extends OffsetsChange {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "JSON with the offsets; - reads standard input.")
    private Path file;

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    private List<One> pairs = new ArrayList<>();

    static final class One {
        @Option(
                names = "--partition",
                required = true,
                paramLabel = "TOPIC:NUMBER",
                description = "Partition of a sink's topic; may be repeated, each with its --offset.")
        private String partition;

        @Option(
                names = "--offset",
                required = true,
                paramLabel = "N",
                description = "Offset of the record to be read next there.")
        private long offset;
    }

    OffsetsSetCommand(ControlDefaults defaults) {
        super(defaults);
    }

    @Override
    String change(Clusters clusters, String name) throws IOException {
        JsonNode offsets = pairs.isEmpty() ? read() : fromPairs();
        SinkOffsets.require(offsets, clusters.admin());
        return clusters.connect().offsets().alter(name, offsets);
    }

    private JsonNode fromPairs() {
        if (file != null) {
            throw new DeclarationException("give either FILE or --partition with --offset, not both");
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode offsets = body.putArray("offsets");
        for (One one : pairs) {
            int colon = one.partition.lastIndexOf(':');
            if (colon < 1 || !one.partition.substring(colon + 1).matches("\\d{1,6}")) {
                throw new DeclarationException(
                        "--partition must be a topic and a number such as web.events:0, not " + one.partition);
            }
            ObjectNode entry = offsets.addObject();
            entry.putObject("partition")
                    .put("kafka_topic", one.partition.substring(0, colon))
                    .put("kafka_partition", Integer.parseInt(one.partition.substring(colon + 1)));
            entry.putObject("offset").put("kafka_offset", one.offset);
        }
        return body;
    }

    private JsonNode read() throws IOException {
        if (file == null) {
            throw new DeclarationException(
                    "say which offsets: a FILE, - for standard input, or --partition TOPIC:NUMBER --offset N");
        }
        boolean standardInput = file.toString().equals("-");
        if (!standardInput && !Files.isReadable(file)) {
            throw new DeclarationException("cannot read the offsets in " + file);
        }
        String text =
                standardInput ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : Files.readString(file);
        String source = standardInput ? "standard input" : file.toString();
        try {
            JsonNode body = JSON.readTree(text);
            if (!body.path("offsets").isArray() || body.path("offsets").isEmpty()) {
                throw new DeclarationException(source + " must be {\"offsets\": [{\"partition\": {...}, \"offset\":"
                        + " {...}}]}, as ./millrace connectors offsets show --json prints it");
            }
            return body;
        } catch (JsonProcessingException e) {
            throw new DeclarationException(source + " is not JSON: " + e.getOriginalMessage());
        }
    }
}
