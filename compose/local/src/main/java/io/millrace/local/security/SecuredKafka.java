package io.millrace.local.security;

import io.millrace.local.StackAddress;
import io.millrace.local.stack.Secrets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kafka with TLS, SCRAM-SHA-512 for its clients, certificates between its own parts, and permissions. */
final class SecuredKafka {
    private final StackAddress address;
    private final Secrets secrets;
    private final Certificates certificates;

    SecuredKafka(StackAddress address, Secrets secrets, Certificates certificates) {
        this.address = address;
        this.secrets = secrets;
        this.certificates = certificates;
    }

    /**
     * Clients have a listener of their own. The other two are for the broker and the controller, and for {@code up} while
     * it makes the accounts: a password could not be checked before there is one.
     */
    String broker(Certificates.ServiceFiles own) {
        return """
                listeners=CLIENT://%1$s:%2$d,INTERNAL://%1$s:%3$d,CONTROLLER://%1$s:%4$d
                advertised.listeners=CLIENT://%1$s:%2$d,INTERNAL://%1$s:%3$d
                inter.broker.listener.name=INTERNAL
                listener.security.protocol.map=CLIENT:SASL_SSL,INTERNAL:SSL,CONTROLLER:SSL
                %5$s"""
                .formatted(
                        StackAddress.HOST,
                        address.kafka(),
                        address.kafkaInternal(),
                        address.kafkaController(),
                        guard(List.of("client"), own, certificates.authority()));
    }

    /**
     * Who may connect to the listeners, the broker's own two being {@code internal} and {@code controller}.
     *
     * @param clients names of the listeners for clients
     */
    static String guard(List<String> clients, Certificates.ServiceFiles own, Path authority) {
        StringBuilder settings = new StringBuilder();
        for (String client : clients) {
            settings.append(
                    """
                    listener.name.%1$s.sasl.enabled.mechanisms=SCRAM-SHA-512
                    listener.name.%1$s.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
                    """
                            .formatted(client));
        }
        settings.append(
                """
                listener.name.internal.ssl.client.auth=required
                listener.name.controller.ssl.client.auth=required
                ssl.keystore.type=PEM
                ssl.keystore.location=%s
                ssl.truststore.type=PEM
                ssl.truststore.location=%s
                ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:%s
                allow.everyone.if.no.acl.found=false
                """
                        .formatted(own.both(), authority, Account.KAFKA.user()));
        return settings.toString();
    }

    KafkaAccounts accounts(Certificates.ServiceFiles own) {
        return accounts(StackAddress.HOST + ":" + address.kafkaInternal(), own, certificates.authority(), secrets);
    }

    /** @param bootstrap the broker's internal listener */
    static KafkaAccounts accounts(String bootstrap, Certificates.ServiceFiles own, Path authority, Secrets secrets) {
        Map<String, Object> superuser = new HashMap<>();
        superuser.put("bootstrap.servers", bootstrap);
        superuser.put("security.protocol", "SSL");
        superuser.put("ssl.keystore.type", "PEM");
        superuser.put("ssl.keystore.location", own.both().toString());
        superuser.put("ssl.truststore.type", "PEM");
        superuser.put("ssl.truststore.location", authority.toString());
        superuser.put("default.api.timeout.ms", 10_000);
        superuser.put("request.timeout.ms", 5_000);
        return new KafkaAccounts(superuser, secrets);
    }
}
