package io.millrace.spark;

import io.millrace.spark.declared.JobsFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Where a driver's declared jobs come from. */
final class LiveJobs {
    static final LiveJobs NONE = new LiveJobs(Optional.empty(), name -> false);

    private final Optional<Path> folder;
    private final Predicate<String> wanted;

    private LiveJobs(Optional<Path> folder, Predicate<String> wanted) {
        this.folder = folder;
        this.wanted = wanted;
    }

    /** Every job of the folder that {@code jobs.path} names, now and later. */
    static LiveJobs all(DriverConfig config) {
        return new LiveJobs(config.find("jobs.path").map(Path::of), name -> true);
    }

    /** Only those with these names. */
    static LiveJobs named(DriverConfig config, List<String> names) {
        return new LiveJobs(config.find("jobs.path").map(Path::of), List.copyOf(names)::contains);
    }

    /**
     * The jobs as they are declared now.
     *
     * @throws ConfigException when the folder cannot be read
     */
    JobsFolder newest() {
        JobsFolder all = folder.map(JobsFolder::read).orElseGet(() -> JobsFolder.EMPTY);
        return new JobsFolder(filtered(all.specs()), filtered(all.problems()));
    }

    private <V> Map<String, V> filtered(Map<String, V> all) {
        return all.entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
