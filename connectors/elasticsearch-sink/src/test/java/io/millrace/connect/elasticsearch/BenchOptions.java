package io.millrace.connect.elasticsearch;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the benchmark was asked for.
 *
 * @param server the URL of a running server; null to start one
 * @param peerPlugin directory with the jars of another sink; null for none
 * @param peerConfig properties file with its configuration, in which URL stands for the server's address
 */
record BenchOptions(int records, int batch, int rounds, String server, Path report, Path peerPlugin, Path peerConfig) {

    static BenchOptions parse(String[] arguments) {
        Map<String, String> given = new TreeMap<>(Map.of("--records", "100000", "--batch", "1000", "--rounds", "5"));
        for (int i = 0; i < arguments.length; i += 2) {
            boolean known = given.containsKey(arguments[i])
                    || arguments[i].matches("--(server|report|peer-plugin|peer-config)");
            if (!known || i + 1 == arguments.length) {
                throw new IllegalArgumentException("unknown option, or one without a value: " + arguments[i]);
            }
            given.put(arguments[i], arguments[i + 1]);
        }
        if (given.containsKey("--peer-plugin") != given.containsKey("--peer-config")) {
            throw new IllegalArgumentException("--peer-plugin and --peer-config go together");
        }
        return new BenchOptions(
                Integer.parseInt(given.get("--records")),
                Integer.parseInt(given.get("--batch")),
                Integer.parseInt(given.get("--rounds")),
                given.get("--server"),
                path(given.get("--report")),
                path(given.get("--peer-plugin")),
                path(given.get("--peer-config")));
    }

    private static Path path(String text) {
        return text == null ? null : Path.of(text);
    }
}
