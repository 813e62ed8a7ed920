package io.millrace.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The driver's command line.
 *
 * @param config the configuration file
 * @param label what this process is called: the group, or the names of its jobs
 * @param group the group to run; null when jobs are named
 * @param jobs the names of the jobs to run; empty when a group is given
 */
record Arguments(Path config, String label, Group group, List<String> jobs) {
    static final String USAGE = "usage: Driver --config FILE (--group serving|lake | --jobs NAME[,NAME...])";

    /** @throws ConfigException when the arguments are wrong */
    static Arguments parse(String... args) {
        Path config = null;
        Group group = null;
        List<String> jobs = List.of();
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                throw usage(args[i] + " needs a value");
            }
            String value = args[i + 1];
            switch (args[i]) {
                case "--config" -> config = Path.of(value);
                case "--group" -> group = group(value);
                case "--jobs" -> jobs = List.of(value.split(","));
                default -> throw usage("unknown option " + args[i]);
            }
        }
        if (config == null) {
            throw usage("--config is missing");
        }
        if ((group == null) == jobs.isEmpty()) {
            throw usage("give either --group or --jobs");
        }
        return new Arguments(config, group == null ? String.join("+", jobs) : group.label(), group, jobs);
    }

    private static Group group(String name) {
        try {
            return Group.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw usage("unknown group " + name);
        }
    }

    private static ConfigException usage(String problem) {
        return new ConfigException(problem + "\n" + USAGE);
    }
}
