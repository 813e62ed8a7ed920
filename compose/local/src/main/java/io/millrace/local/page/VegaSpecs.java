package io.millrace.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Vega-Lite specs of {@code compose/kibana/vega}, in the order of its {@code panels.txt}. They are in the form
 * that Kibana takes; the browser does what Kibana would do with them.
 *
 * @param byName spec by panel name, in display order
 */
record VegaSpecs(Map<String, ObjectNode> byName) {
    private static final String FOLDER = "/kibana/vega/";

    VegaSpecs {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    static VegaSpecs bundled() {
        Map<String, ObjectNode> specs = new LinkedHashMap<>();
        String list = new String(read("panels.txt"), StandardCharsets.UTF_8);
        for (String name :
                list.lines().map(String::strip).filter(line -> !line.isEmpty()).toList()) {
            specs.put(name, parse(name + ".json"));
        }
        return new VegaSpecs(specs);
    }

    private static ObjectNode parse(String file) {
        try {
            JsonNode spec = Answers.JSON.readTree(read(file));
            if (spec instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalStateException(FOLDER + file + " is not a JSON object");
        } catch (IOException e) {
            throw new IllegalStateException(FOLDER + file + " is not JSON: " + e.getMessage(), e);
        }
    }

    private static byte[] read(String file) {
        try (InputStream in = VegaSpecs.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new IllegalStateException(FOLDER + file + " is missing from the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + FOLDER + file, e);
        }
    }
}
