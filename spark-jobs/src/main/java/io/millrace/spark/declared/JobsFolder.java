package io.millrace.spark.declared;

import io.millrace.schemas.ContractException;
import io.millrace.spark.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The declared jobs of a folder, one folder each.
 *
 * @param specs what could be read, by name
 * @param problems why a job could not be read, by name
 */
public record JobsFolder(Map<String, JobSpec> specs, Map<String, String> problems) {
    public static final JobsFolder EMPTY = new JobsFolder(Map.of(), Map.of());

    /**
     * Reads the folder as it is now. One job that cannot be read leaves the others as they are.
     *
     * @throws ConfigException when there is no such folder
     */
    public static JobsFolder read(Path folder) {
        Map<String, JobSpec> specs = new TreeMap<>();
        Map<String, String> problems = new TreeMap<>();
        for (Path job : folders(folder)) {
            String name = job.getFileName().toString();
            try {
                specs.put(name, JobSpec.read(job));
            } catch (ContractException | ConfigException e) {
                problems.put(name, e.getMessage());
            }
        }
        return new JobsFolder(specs, problems);
    }

    private static List<Path> folders(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(
                            path -> Files.exists(path.resolve("job.yaml")) || Files.exists(path.resolve("query.sql")))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ConfigException("cannot read the jobs in " + folder + ": " + e, e);
        }
    }
}
