package io.millrace.connect.configs.command;

import io.millrace.connect.configs.DeclarationException;
import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.onboard.Capture;
import io.millrace.connect.configs.cdc.onboard.Onboarding;
import io.millrace.connect.configs.cdc.onboard.StepListener;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import java.nio.file.Path;
import java.util.Optional;

/** The servers that a command about one capture works with, opened. */
final class CdcSession implements AutoCloseable {
    private final CaptureNames names;
    private final CdcHost host;
    private final Environment environment;
    private final Clusters clusters;
    private final Database database;
    private final Path connectors;

    CdcSession(ControlDefaults defaults, CdcTarget target, String name) {
        this.names = new CaptureNames(name);
        this.host = target.host(defaults);
        this.environment = target.environment(defaults);
        this.connectors = defaults.connectors();
        var address = target.source().address(host, name);
        this.database = Database.open(address, target.source().password(host, address));
        this.clusters = environment.open();
    }

    CdcHost host() {
        return host;
    }

    Database database() {
        return database;
    }

    Clusters clusters() {
        return clusters;
    }

    Environment environment() {
        return environment;
    }

    CaptureNames names() {
        return names;
    }

    /** What the journal in the database says the capture is. */
    Optional<CaptureSpec> spec() {
        return Onboarding.find(database, names);
    }

    CaptureSpec requireSpec() {
        return spec().orElseThrow(() -> new DeclarationException("database "
                + database.address().database() + " has no capture " + names.name()
                + "; ./millrace cdc onboard " + names.name() + " brings it in"));
    }

    /** A capture that works; with the file that declares its connector where there is one. */
    Capture capture(CaptureSpec spec, Optional<String> rolePassword, StepListener listener) {
        return new Capture(
                spec,
                database,
                environment,
                clusters,
                host,
                rolePassword,
                Optional.of(connectors.resolve(names.connector() + ".json")),
                listener);
    }

    @Override
    public void close() {
        clusters.close();
        database.close();
    }
}
