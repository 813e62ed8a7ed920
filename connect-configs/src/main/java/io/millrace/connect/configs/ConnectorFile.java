package io.millrace.connect.configs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads one connector file token by token, so that every setting keeps its line. */
final class ConnectorFile {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final List<String> KEYS = List.of("name", "config", "initial_state");

    private final Path file;
    private final JsonParser parser;
    private final Map<String, String> config = new TreeMap<>();
    private final Map<String, String> positions = new HashMap<>();
    private String name = "";
    private Optional<DeclaredState> state = Optional.empty();
    private boolean configSeen;

    private ConnectorFile(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    static DeclaredConnector read(Path file) throws IOException {
        try (JsonParser parser = JSON.createParser(Files.readAllBytes(file))) {
            return new ConnectorFile(file, parser).parse();
        } catch (JsonProcessingException e) {
            // The original message may quote what stands there, which may be a secret: what and where is enough.
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            String original = String.valueOf(e.getOriginalMessage());
            String reason = original.startsWith("Duplicate field") ? original : "is not JSON";
            throw new DeclarationException(file + ": " + reason + " (line " + line + ")");
        }
    }

    private DeclaredConnector parse() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw wrong("must be an object with name and config");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            part(parser.currentName());
        }
        if (!file.getFileName().toString().equals(name + ".json")) {
            throw new DeclarationException(
                    file + ": declares the connector \"" + name + "\"; its name must be the file's name");
        }
        if (!configSeen) {
            throw new DeclarationException(file + ": \"config\" must be an object of settings");
        }
        if (!config.containsKey("connector.class")) {
            throw new DeclarationException(file + ": connector.class is missing");
        }
        return new DeclaredConnector(name, config, state, new Origin(file.toString(), positions, Map.of()));
    }

    private void part(String key) throws IOException {
        JsonToken value = parser.nextToken();
        switch (key) {
            case "name" -> name = parser.getValueAsString("");
            case "initial_state" -> state = Optional.of(state());
            case "config" -> {
                if (value != JsonToken.START_OBJECT) {
                    throw wrong("\"config\" must be an object of settings");
                }
                settings();
                configSeen = true;
            }
            default ->
                throw wrong(key + " is not a known key; known are " + String.join(", ", KEYS)
                        + NearestName.hint(key, KEYS));
        }
    }

    private DeclaredState state() throws IOException {
        try {
            return DeclaredState.valueOf(parser.getValueAsString(""));
        } catch (IllegalArgumentException e) {
            throw wrong("initial_state must be RUNNING, PAUSED or STOPPED");
        }
    }

    private void settings() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int line = parser.currentTokenLocation().getLineNr();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw wrong(key + " must be a string, as every setting of a connector is");
            }
            if (key.equals(Marks.OWNER) || key.equals(Marks.APPLIED)) {
                throw wrong(key + " is a mark that apply sets; take it out of the file");
            }
            positions.put(key, file + ":" + line);
            if (!key.equals("name")) {
                config.put(key, parser.getText());
            }
        }
    }

    private DeclarationException wrong(String reason) {
        return new DeclarationException(
                file + ":" + parser.currentTokenLocation().getLineNr() + ": " + reason);
    }
}
