package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.ConnectRestException;
import io.millrace.connect.configs.cdc.CaptureConfig;
import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.Environment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;

/**
 * Everything that the steps of one capture work with. Not safe for several threads.
 *
 * @param spec what is captured
 * @param database session of whoever sets the capture up
 * @param environment where the connector runs
 * @param clusters its servers
 * @param host what is known of a stack on this machine
 * @param rolePassword the connector role's password where the host keeps no secrets; empty for a role that has one
 * @param file where the connector is declared; empty: nowhere
 * @param listener hears what goes on
 */
public record Capture(
        CaptureSpec spec,
        Database database,
        Environment environment,
        Clusters clusters,
        CdcHost host,
        Optional<String> rolePassword,
        Optional<Path> file,
        StepListener listener) {
    private static final Duration SILENCE = Duration.ofMinutes(3);

    public CaptureNames names() {
        return spec.names();
    }

    public Journal journal() {
        return new Journal(database, names());
    }

    public ConnectClient connect() {
        return clusters.connect();
    }

    public KafkaTopics kafka() {
        return new KafkaTopics(clusters);
    }

    /** The connector's settings, without marks. */
    public Map<String, String> config() {
        return CaptureConfig.of(spec, database.address().database(), host.connectorSettings());
    }

    /** The same capture as something else is wanted of it. */
    public Capture as(CaptureSpec other) {
        return new Capture(other, database, environment, clusters, host, rolePassword, file, listener);
    }

    /**
     * Waits for a condition. A server that does not answer meanwhile may come back: it is asked again for some minutes.
     *
     * @throws OnboardException when it takes longer, somebody interrupts, or the condition itself says that it is in vain
     */
    void await(String what, Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        long silentSince = System.nanoTime();
        while (true) {
            String silence = "";
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
                silentSince = System.nanoTime();
            } catch (ConnectRestException | ClusterException | KafkaException e) {
                if (System.nanoTime() - silentSince > SILENCE.toNanos()) {
                    throw e;
                }
                silence = ": " + e.getMessage();
                listener.progress("waiting for " + what + silence);
            }
            if (listener.isInterrupted()) {
                throw new OnboardException("interrupted while waiting for " + what);
            }
            if (System.nanoTime() > deadline) {
                throw new OnboardException("waited " + limit.toSeconds() + " s for " + what + silence);
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OnboardException("interrupted while waiting for " + what);
            }
        }
    }
}
