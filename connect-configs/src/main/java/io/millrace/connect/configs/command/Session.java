package io.millrace.connect.configs.command;

import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.live.DeclaredReader;
import io.millrace.connect.configs.live.LiveReader;
import io.millrace.connect.configs.plan.Declared;
import io.millrace.connect.configs.plan.Header;
import io.millrace.connect.configs.plan.Live;
import io.millrace.connect.configs.plan.Plan;
import io.millrace.connect.configs.plan.PlanOptions;
import io.millrace.connect.configs.plan.Planner;
import java.nio.file.Path;

/** One run of a command against one environment: what is declared, read when it is made, and what is live, read once. */
final class Session implements AutoCloseable {
    private final Environment environment;
    private final Path contracts;
    private final Declared declared;
    private final Clusters clusters;
    private Live live;

    Session(Environment environment, Path connectors, Path contracts) {
        this.environment = environment;
        this.contracts = contracts;
        this.declared = DeclaredReader.read(connectors, contracts, environment);
        this.clusters = environment.open();
    }

    Environment environment() {
        return environment;
    }

    Clusters clusters() {
        return clusters;
    }

    Declared declared() {
        return declared;
    }

    Path contracts() {
        return contracts;
    }

    /** What exists; a secret that only the plugins recognise in the files ends here. */
    Live live() {
        if (live == null) {
            live = new LiveReader(environment, clusters).read(declared);
            DeclaredReader.refuseLiteralSecrets(declared, live);
        }
        return live;
    }

    Plan plan(PlanOptions options) {
        return Planner.plan(declared, live(), options);
    }

    Header header() {
        return Header.of(environment, clusters.connect().workerVersion(), live());
    }

    @Override
    public void close() {
        clusters.close();
    }
}
