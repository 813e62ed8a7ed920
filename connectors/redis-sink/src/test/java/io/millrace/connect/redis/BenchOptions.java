package io.millrace.connect.redis;

import java.nio.file.Path;

/** What the benchmark was asked for. */
record BenchOptions(int records, int batch, int rounds, Path report, Path peerPlugin, Path peerConfig) {

    static BenchOptions parse(String[] arguments) {
        BenchOptions options = new BenchOptions(100_000, 1_000, 5, null, null, null);
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            String value = arguments[i + 1];
            options = switch (arguments[i]) {
                case "--records" -> options.with(Integer.parseInt(value), options.batch, options.rounds);
                case "--batch" -> options.with(options.records, Integer.parseInt(value), options.rounds);
                case "--rounds" -> options.with(options.records, options.batch, Integer.parseInt(value));
                case "--report" -> options.with(Path.of(value), options.peerPlugin, options.peerConfig);
                case "--peer-plugin" -> options.with(options.report, Path.of(value), options.peerConfig);
                case "--peer-config" -> options.with(options.report, options.peerPlugin, Path.of(value));
                default -> throw new IllegalArgumentException("unknown option " + arguments[i]);
            };
        }
        if ((options.peerPlugin == null) != (options.peerConfig == null)) {
            throw new IllegalArgumentException("--peer-plugin and --peer-config go together");
        }
        return options;
    }

    private BenchOptions with(int newRecords, int newBatch, int newRounds) {
        return new BenchOptions(newRecords, newBatch, newRounds, report, peerPlugin, peerConfig);
    }

    private BenchOptions with(Path newReport, Path newPlugin, Path newConfig) {
        return new BenchOptions(records, batch, rounds, newReport, newPlugin, newConfig);
    }
}
