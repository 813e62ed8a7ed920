package io.millrace.local.security;

import static org.apache.kafka.common.acl.AclOperation.ALTER;
import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import io.millrace.schemas.Contract;
import io.millrace.schemas.EventSpec;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Who may do what in Kafka, worked out from the contracts: each part what it needs, and nothing that is another's. */
public final class KafkaAcls {
    private static final String ANY = "*";
    private static final String OFFSETS = "connect-offsets";
    private static final String CONNECT_GROUP = "millrace-connect";
    private static final List<Account> SOURCES = List.of(Account.WEB_HTTP, Account.SHOP_CDC);
    private static final List<Account> SINKS = List.of(Account.SERVING_REDIS, Account.SERVING_ELASTICSEARCH);

    private final Set<AclBinding> acls = new LinkedHashSet<>();

    private KafkaAcls() {}

    /** All of them. */
    public static Set<AclBinding> of(Collection<Contract> contracts) {
        KafkaAcls all = new KafkaAcls();
        all.control();
        all.worker();
        all.connectors(contracts);
        all.otherConnectors(contracts);
        all.spark(contracts);
        all.reader();
        return all.acls;
    }

    private void control() {
        Account who = Account.CONTROL;
        // It looks at everything and creates and removes topics; it writes no record.
        allow(who, TOPIC, LITERAL, ANY, DESCRIBE, DESCRIBE_CONFIGS, CREATE, ALTER, ALTER_CONFIGS, DELETE, READ);
        allow(who, GROUP, LITERAL, ANY, DESCRIBE, DELETE);
    }

    private void worker() {
        Account who = Account.CONNECT;
        for (String topic : List.of("connect-configs", OFFSETS, "connect-status")) {
            allow(who, TOPIC, LITERAL, topic, CREATE, DESCRIBE, DESCRIBE_CONFIGS, READ, WRITE);
        }
        allow(who, GROUP, LITERAL, CONNECT_GROUP, READ, DESCRIBE);
        allow(who, TRANSACTIONAL_ID, LITERAL, "connect-cluster-" + CONNECT_GROUP, WRITE, DESCRIBE);
    }

    private void connectors(Collection<Contract> contracts) {
        for (Account source : SOURCES) {
            source(source, CONNECT_GROUP + "-" + source.user() + "-");
        }
        for (Account sink : SINKS) {
            allow(sink, TOPIC, PREFIXED, "serving.", READ, DESCRIBE);
            allow(sink, GROUP, LITERAL, "connect-" + sink.user(), READ, DESCRIBE, DELETE);
        }
        contracts.forEach(contract -> {
            switch (contract.writtenBy()) {
                case "http-source" -> write(Account.WEB_HTTP, contract);
                case "debezium: shop-cdc" -> write(Account.SHOP_CDC, contract);
                case "redis-sink" -> write(Account.SERVING_REDIS, contract);
                case "elasticsearch-sink" -> write(Account.SERVING_ELASTICSEARCH, contract);
                default -> {
                    if (contract.isEventKind()) {
                        // Whoever else writes a kind, the collector takes it, too.
                        write(Account.WEB_HTTP, contract);
                    }
                }
            }
        });
    }

    private void otherConnectors(Collection<Contract> contracts) {
        Account who = Account.CONNECTORS;
        source(who, CONNECT_GROUP + "-");
        allow(who, TOPIC, PREFIXED, "cdc.", READ, WRITE, DESCRIBE);
        allow(who, TOPIC, PREFIXED, "__debezium-heartbeat.", WRITE, DESCRIBE);
        allow(who, TOPIC, PREFIXED, "serving.", READ, DESCRIBE);
        allow(who, GROUP, PREFIXED, "connect-", READ, DESCRIBE, DELETE);
        contracts.stream()
                .filter(contract -> contract.writtenBy().matches("(mqtt|jdbc|file)-source") || isInternal(contract))
                .forEach(contract -> write(who, contract));
        deny(who, TOPIC, PREFIXED, "cdc.shop.", WRITE);
        for (Account named : SOURCES) {
            deny(who, TRANSACTIONAL_ID, PREFIXED, CONNECT_GROUP + "-" + named.user() + "-", WRITE, DESCRIBE);
        }
        for (Account named : SINKS) {
            deny(who, GROUP, LITERAL, "connect-" + named.user(), READ, DESCRIBE, DELETE);
        }
    }

    /** Probes come in by every way that events do. */
    private static boolean isInternal(Contract contract) {
        return contract.event().filter(EventSpec::internal).isPresent();
    }

    /** What a source connector with exactly-once support needs beside its topics. */
    private void source(Account who, String transactionalIds) {
        allow(who, TOPIC, LITERAL, OFFSETS, READ, WRITE, DESCRIBE, DESCRIBE_CONFIGS);
        allow(who, TRANSACTIONAL_ID, PREFIXED, transactionalIds, WRITE, DESCRIBE);
    }

    private void spark(Collection<Contract> contracts) {
        for (Account who : List.of(Account.SPARK_SERVING, Account.SPARK_LAKE)) {
            // Every event kind is theirs to read, also one that comes tomorrow; the worker's own topics are not.
            allow(who, TOPIC, LITERAL, ANY, READ, DESCRIBE);
            deny(who, TOPIC, PREFIXED, "connect-", READ);
        }
        allow(Account.SPARK_LAKE, GROUP, PREFIXED, "millrace-lake_", READ, DESCRIBE);
        allow(Account.SPARK_LAKE, TOPIC, LITERAL, "ops.job_progress", WRITE);
        Account who = Account.SPARK_SERVING;
        allow(who, TOPIC, PREFIXED, "serving.", WRITE, CREATE);
        contracts.stream()
                .filter(contract -> contract.writtenBy().startsWith("spark:"))
                .forEach(contract -> write(who, contract));
        allow(who, GROUP, PREFIXED, "millrace-", READ, DESCRIBE);
        allow(who, TRANSACTIONAL_ID, PREFIXED, "millrace-", WRITE, DESCRIBE);
        for (String others : List.of("millrace-lake_", CONNECT_GROUP)) {
            deny(who, GROUP, PREFIXED, others, READ, DESCRIBE);
            deny(who, TRANSACTIONAL_ID, PREFIXED, others, WRITE, DESCRIBE);
        }
    }

    private void reader() {
        allow(Account.READER, TOPIC, LITERAL, "web.events", READ, DESCRIBE);
        allow(Account.READER, TOPIC, PREFIXED, "dlq.", DESCRIBE);
    }

    private void write(Account who, Contract contract) {
        allow(who, TOPIC, LITERAL, contract.name(), WRITE, DESCRIBE);
    }

    private void allow(Account who, ResourceType type, PatternType pattern, String name, AclOperation... operations) {
        add(AclPermissionType.ALLOW, who, new ResourcePattern(type, name, pattern), operations);
    }

    private void deny(Account who, ResourceType type, PatternType pattern, String name, AclOperation... operations) {
        add(AclPermissionType.DENY, who, new ResourcePattern(type, name, pattern), operations);
    }

    private void add(AclPermissionType permission, Account who, ResourcePattern on, AclOperation... operations) {
        for (AclOperation operation : operations) {
            acls.add(new AclBinding(on, new AccessControlEntry("User:" + who.user(), "*", operation, permission)));
        }
    }
}
