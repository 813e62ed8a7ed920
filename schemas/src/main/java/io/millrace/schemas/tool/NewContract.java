package io.millrace.schemas.tool;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/** Begins the contract of a new event kind: a folder that is complete, to be edited. */
public final class NewContract {
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,248}");
    private static final String NAMESPACE = "io.millrace.events";

    private NewContract() {}

    /**
     * Writes {@code contract.yaml} and {@code value.avsc}.
     *
     * @param contracts folder of the contracts
     * @param topic name of the topic, which is also that of the contract and its folder
     * @param owner the team that answers for it
     * @return the new folder
     * @throws ContractException when the name cannot be a topic's, or when there is such a contract already
     */
    public static Path create(Path contracts, String topic, String owner) {
        if (!TOPIC.matcher(topic).matches()) {
            throw new ContractException("cannot make a contract for " + topic
                    + ": a topic has a name of at most 249 letters, digits, dots, underscores and hyphens");
        }
        Path folder = contracts.resolve(topic);
        if (Files.exists(folder)) {
            throw new ContractException(folder + " exists already");
        }
        String name = recordName(topic, taken(contracts));
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("contract.yaml"), yaml(topic, owner));
            Files.writeString(folder.resolve("value.avsc"), avsc(name));
        } catch (IOException e) {
            throw new ContractException("cannot write " + folder + ": " + e, e);
        }
        return folder;
    }

    private static Set<String> taken(Path contracts) {
        return Catalogue.read(contracts).contracts().stream()
                .map(Contract::value)
                .flatMap(value -> value.stream())
                .map(Schema::getFullName)
                .collect(Collectors.toSet());
    }

    private static String recordName(String topic, Set<String> taken) {
        String name = Stream.of(topic.split("[^a-zA-Z0-9]+"))
                .filter(word -> !word.isEmpty())
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
        if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
            name = "Event" + name;
        }
        while (taken.contains(NAMESPACE + "." + name)) {
            name += "Event";
        }
        return name;
    }

    private static String yaml(String topic, String owner) {
        return """
                description: >-
                  What happened, in one sentence.
                owner: "%s"
                written_by: http-source
                # read_by: ["spark: my_job", "connector: my-sink"]
                topic:
                  name: %s
                  partitions: 4
                  replication: 1
                  cleanup: delete
                  retention: 7d
                  key: none                  # or the fields whose records stay in order, such as customer_id
                compatibility: BACKWARD
                event:
                  id: event_id
                  time: event_time
                  received: received_at
                late_data:
                  future: 1h
                  allowed: unlimited
                  policy: accept
                # quality:
                #   volume: {per: day, min: 1}
                #   fields:
                #     amount: {min: 0, max_null_rate: 0.1}
                """
                .formatted(owner.replace("\\", "\\\\").replace("\"", "\\\""), topic);
    }

    private static String avsc(String name) {
        return """
                {
                  "type": "record",
                  "name": "%s",
                  "namespace": "%s",
                  "doc": "What happened, in one sentence.",
                  "fields": [
                    {
                      "name": "event_id",
                      "type": "string",
                      "doc": "Identity of the event; events are counted once per event_id.",
                      "collector": "random-id-if-absent"
                    },
                    {
                      "name": "event_time",
                      "type": {
                        "type": "long",
                        "logicalType": "timestamp-millis"
                      },
                      "doc": "When it happened, by the client's clock.",
                      "collector": "received-at-if-absent"
                    },
                    {
                      "name": "received_at",
                      "type": {
                        "type": "long",
                        "logicalType": "timestamp-millis"
                      },
                      "doc": "When the collector accepted it, by the collector's clock.",
                      "collector": "always-received-at"
                    },
                    {
                      "name": "amount",
                      "type": [
                        "null",
                        "double"
                      ],
                      "default": null,
                      "doc": "A sample field: how much of it.",
                      "unit": "EUR",
                      "example": 12.5
                    }
                  ]
                }
                """
                .formatted(name, NAMESPACE);
    }
}
