package io.millrace.connect.configs.cdc.onboard;

import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.CaptureSpec;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.connect.configs.environment.Clusters;
import io.millrace.connect.configs.environment.ConnectAccess;
import io.millrace.connect.configs.environment.Environment;
import io.millrace.connect.configs.environment.KafkaAccess;
import io.millrace.connect.configs.environment.TopicSizes;
import io.millrace.connect.configs.servers.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Where the servers of a test are, and the capture that it brings in; small enough to be passed to another process. */
record CaptureServers(String bootstrap, String connect, int postgres, String database, String file) {
    static final String ROLE_PASSWORD_VARIABLE = "MILLRACE_TEST_ROLE_PASSWORD";
    static final String ROLE_PASSWORD = "b-test-only";
    static final String NAME = "books";
    static final List<String> TABLES = List.of("public.customer", "public.purchase", "public.visit", "public.log");

    static CaptureServers parse(String[] arguments) {
        return new CaptureServers(
                arguments[0], arguments[1], Integer.parseInt(arguments[2]), arguments[3], arguments[4]);
    }

    List<String> arguments() {
        return List.of(bootstrap, connect, Integer.toString(postgres), database, file);
    }

    Environment environment() {
        return new Environment(
                "test",
                "millrace-test",
                ConnectAccess.plain(connect),
                KafkaAccess.plain(bootstrap),
                Optional.empty(),
                TopicSizes.AS_DECLARED,
                Set.of(),
                Map.of(),
                Map.of(),
                Optional.empty(),
                Environment.DEFAULT_OFFSETS_TOPIC,
                Environment.DEFAULT_STATUS_TOPIC,
                Map.of());
    }

    Database open() {
        SourceAddress address = new SourceAddress("127.0.0.1", postgres, database, "postgres", Optional.empty());
        return Database.open(address, PostgresServer.PASSWORD);
    }

    CaptureSpec spec() {
        return new CaptureSpec(
                NAME,
                TABLES,
                List.of("public.log"),
                Map.of("public.log", "full"),
                null,
                "${env:" + ROLE_PASSWORD_VARIABLE + "}",
                "127.0.0.1",
                Integer.toString(postgres),
                1,
                "initial",
                "evolve",
                Map.of());
    }

    /** What the journal says, or what is to be brought in. */
    Capture capture(Database database, Clusters clusters, StepListener listener) {
        CaptureSpec spec = Onboarding.find(database, new CaptureNames(NAME)).orElse(spec());
        return new Capture(
                spec,
                database,
                environment(),
                clusters,
                new JsonHost(),
                Optional.of(ROLE_PASSWORD),
                Optional.of(Path.of(file)),
                listener);
    }

    /** A host whose workers write JSON, so that no registry is needed. */
    private static final class JsonHost implements CdcHost {
        @Override
        public Map<String, String> connectorSettings() {
            String json = "org.apache.kafka.connect.json.JsonConverter";
            return Map.of(
                    "key.converter",
                    json,
                    "key.converter.schemas.enable",
                    "false",
                    "value.converter",
                    json,
                    "value.converter.schemas.enable",
                    "false");
        }
    }
}
