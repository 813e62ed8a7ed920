package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How a stack is to be started.
 *
 * @param address where it listens
 * @param state its state folder; empty: the checkout's own
 * @param ephemeral whether the state is made for this run and deleted at its end; excludes {@code state}
 * @param services names of the services to start; empty: all
 * @param servingJobs names of the serving jobs to run; empty: all
 * @param content whether topics, schemas and connectors are created too
 * @param secured whether every port asks for certificates, passwords or tokens
 */
public record StackOptions(
        StackAddress address,
        Optional<Path> state,
        boolean ephemeral,
        Set<String> services,
        Set<String> servingJobs,
        Content content,
        boolean secured) {

    /** What the servers hold when they are up. */
    public enum Content {
        /** Every contract's topic and schema, and every declared connector. */
        DECLARED,
        /** Nothing: it is left to {@code plan} and {@code apply}, and the Spark drivers wait for it. */
        EMPTY
    }

    public StackOptions {
        services = Set.copyOf(services);
        servingJobs = Set.copyOf(servingJobs);
        if (ephemeral && state.isPresent()) {
            throw new StackException("--ephemeral makes its own state folder; leave --state out");
        }
    }

    /** All services, in the checkout's own state folder, on the default ports. */
    public static StackOptions defaults() {
        return new StackOptions(
                new StackAddress(StackAddress.DEFAULT_PORT_BASE),
                Optional.empty(),
                false,
                Set.of(),
                Set.of(),
                Content.DECLARED,
                false);
    }
}
