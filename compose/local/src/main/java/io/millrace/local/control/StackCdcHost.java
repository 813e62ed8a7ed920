package io.millrace.local.control;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.configs.ClusterException;
import io.millrace.connect.configs.cdc.CdcHost;
import io.millrace.connect.configs.cdc.source.SourceAddress;
import io.millrace.local.StackAddress;
import io.millrace.local.client.LakeClient;
import io.millrace.local.client.ReadException;
import io.millrace.local.client.RunningStack;
import io.millrace.local.stack.Secrets;
import java.util.Optional;

/** The stack that runs here, as a place that databases are brought in to. */
final class StackCdcHost implements CdcHost {
    private final RunningStack stack;

    StackCdcHost(RunningStack stack) {
        this.stack = stack;
    }

    @Override
    public Optional<SourceAddress> database(String name) {
        return Optional.of(new SourceAddress(
                StackAddress.HOST,
                stack.address().postgres(),
                name,
                "postgres",
                stack.access().isSecured() ? Optional.of("require") : Optional.empty()));
    }

    @Override
    public Optional<String> databasePassword() {
        return Optional.of(Secrets.read(stack.folder()).get(Secrets.POSTGRES));
    }

    @Override
    public Optional<SecretStore> secrets() {
        return Optional.of(
                new ConnectorSecrets(stack.folder().connectorSecrets().resolve("cdc")));
    }

    @Override
    public Optional<Lake> lake() {
        LakeClient client = new LakeClient(stack.access());
        return Optional.of(sql -> {
            try {
                return client.query(sql).rows().stream()
                        .map(row -> row.stream().map(JsonNode::asText).toList())
                        .toList();
            } catch (ReadException e) {
                throw new ClusterException(e.getMessage(), e);
            }
        });
    }
}
