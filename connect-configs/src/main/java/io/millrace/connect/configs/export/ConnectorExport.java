package io.millrace.connect.configs.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.LiveConnector;
import io.millrace.connect.configs.Marks;
import io.millrace.connect.configs.SecretKeys;
import io.millrace.connect.configs.Validation;
import java.nio.file.Path;

/** Writes connectors as files: without marks, and with references in the place of secrets. */
final class ConnectorExport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Exported exported;

    ConnectorExport(Exported exported) {
        this.exported = exported;
    }

    /** @param known what the connector's plugin knows */
    void add(LiveConnector connector, Validation known) {
        if (!connector.name().matches("[^/\\\\]+")) {
            exported.warn("connector " + connector.name() + " is left out: no file can have its name");
            return;
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", connector.name());
        ObjectNode config = body.putObject("config");
        Marks.plain(connector.config())
                .forEach((key, value) -> config.put(key, withoutSecret(connector.name(), key, value, known)));
        String state = connector.status().state();
        if (state.equals("PAUSED") || state.equals("STOPPED")) {
            body.put("initial_state", state);
        }
        exported.file(Path.of("connectors", connector.name() + ".json"), pretty(body));
    }

    private String withoutSecret(String connector, String key, String value, Validation known) {
        boolean secret = known.isSecret(key) || SecretKeys.isSecretName(key);
        String reference = "${env:" + Exported.variable(connector, key) + "}";
        if (secret && (SecretKeys.isLiteral(value) || SecretKeys.isMasked(value))) {
            warn(connector, key, reference);
            return reference;
        }
        if (SecretKeys.hasPasswordInUrl(value)) {
            warn(connector, key, reference);
        }
        return SecretKeys.referInUrls(value, reference);
    }

    private void warn(String connector, String key, String reference) {
        exported.warn("connector " + connector + ": " + key + " holds a secret in plain text; the file says "
                + reference + " instead. Set that variable for every worker before the file is applied");
    }

    private static String pretty(ObjectNode body) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts can be written", e);
        }
    }
}
