package io.millrace.spark;

import io.millrace.schemas.NearestName;
import io.millrace.spark.declared.JobsFolder;
import io.millrace.spark.lake.LakeJobs;
import io.millrace.spark.lake.SqlEndpoint;
import io.millrace.spark.serving.AggregateJob;
import io.millrace.spark.serving.DataQuality;
import io.millrace.spark.serving.Enrich;
import io.millrace.spark.serving.EventsPerMinute;
import io.millrace.spark.serving.Orders;
import io.millrace.spark.serving.Probes;
import io.millrace.spark.serving.ShopSales;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Every job by name, and the group that it belongs to. */
final class Jobs {
    /** Jobs of the group serving, in the order in which they start. */
    private static final List<Supplier<Job>> SERVING = List.of(
            Enrich::new,
            AggregateJob::requestsPerMinute,
            AggregateJob::sessions,
            AggregateJob::pageViews,
            Orders::new,
            EventsPerMinute::new,
            AggregateJob::topPages,
            ShopSales::new,
            DataQuality::new,
            Probes::new);

    /** Jobs of the group lake, in the order in which they start: the mirror first, as readers wait for it most. */
    private static final List<Supplier<Job>> LAKE = List.of(
            LakeJobs::mirror,
            LakeJobs::raw,
            LakeJobs::enriched,
            LakeJobs::sessions,
            LakeJobs::quarantine,
            LakeJobs::kinds);

    /** Paths that the control endpoint of the group lake serves besides /health. */
    private static final List<Supplier<ControlRoute>> LAKE_ROUTES = List.of(SqlEndpoint::new);

    private Jobs() {}

    static List<Job> of(Group group) {
        return suppliers(group).stream().map(Supplier::get).toList();
    }

    static List<ControlRoute> routes(Group group) {
        return group == Group.LAKE ? LAKE_ROUTES.stream().map(Supplier::get).toList() : List.of();
    }

    /**
     * Jobs by name, whichever group they are in.
     *
     * @param declared the names that are also known, of jobs that are not returned
     */
    static List<Job> named(List<String> names, JobsFolder declared) {
        Map<String, Job> known = all();
        List<Job> jobs = new ArrayList<>();
        for (String name : names) {
            Job job = known.get(name);
            if (job != null) {
                jobs.add(job);
            } else if (!declared.specs().containsKey(name)) {
                Set<String> all = new TreeSet<>(known.keySet());
                all.addAll(declared.specs().keySet());
                throw new ConfigException(
                        Optional.ofNullable(declared.problems().get(name))
                                .orElseGet(() -> "unknown job " + name + "; " + NearestName.hint(name, all)));
            }
        }
        return jobs;
    }

    /** The names of all built-in jobs, those that serve first. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Group group : List.of(Group.SERVING, Group.LAKE)) {
            of(group).forEach(job -> names.add(job.name()));
        }
        return names;
    }

    /** Whether a job of this name is built in, so that no declared one can have it. */
    static boolean isBuiltIn(String name) {
        return all().containsKey(name);
    }

    private static Map<String, Job> all() {
        Map<String, Job> known = new TreeMap<>();
        for (Group group : Group.values()) {
            of(group).forEach(job -> known.put(job.name(), job));
        }
        return known;
    }

    /** The group that a job belongs to. */
    static Group groupOf(Job job) {
        boolean lake = of(Group.LAKE).stream()
                .map(Job::name)
                .collect(Collectors.toSet())
                .contains(job.name());
        return lake ? Group.LAKE : Group.SERVING;
    }

    private static List<Supplier<Job>> suppliers(Group group) {
        return group == Group.LAKE ? LAKE : SERVING;
    }
}
