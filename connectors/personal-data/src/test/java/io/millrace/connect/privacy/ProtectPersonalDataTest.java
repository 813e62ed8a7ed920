package io.millrace.connect.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProtectPersonalDataTest {
    private static final String KEY = "a key of the test's own";

    private static final String SCHEMA =
            """
            {"type": "record", "name": "Signup", "namespace": "org.example", "fields": [
              {"name": "event_id", "type": "string"},
              {"name": "event_time", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "email", "type": "string", "pii": true},
              {"name": "phone", "type": ["null", "string"], "default": null, "pii": "drop"},
              {"name": "plan", "type": "string"},
              {"name": "home", "type": ["null", {"type": "record", "name": "Home", "fields": [
                 {"name": "street", "type": "string", "pii": true}, {"name": "country", "type": "string"}]}], "default": null},
              {"name": "friends", "type": {"type": "array", "items": {"type": "record", "name": "Friend", "fields": [
                 {"name": "email", "type": "string", "pii": true}]}}, "default": []}]}
            """;

    private static final Schema HOME = SchemaBuilder.struct()
            .field("street", Schema.STRING_SCHEMA)
            .field("country", Schema.STRING_SCHEMA)
            .optional()
            .build();
    private static final Schema FRIEND =
            SchemaBuilder.struct().field("email", Schema.STRING_SCHEMA).build();
    private static final Schema SIGNUP = SchemaBuilder.struct()
            .field("email", Schema.STRING_SCHEMA)
            .field("phone", Schema.OPTIONAL_STRING_SCHEMA)
            .field("plan", Schema.STRING_SCHEMA)
            .field("home", HOME)
            .field("friends", SchemaBuilder.array(FRIEND).build())
            .build();

    @TempDir
    Path folder;

    @Test
    void markedFieldsOfAStructAreHashedOrDroppedAndNothingElseChanges() throws Exception {
        Struct value = new Struct(SIGNUP)
                .put("email", "ada@example.org")
                .put("phone", "+44 20 1234")
                .put("plan", "free")
                .put("home", new Struct(HOME).put("street", "12 High St").put("country", "GB"))
                .put("friends", List.of(new Struct(FRIEND).put("email", "bob@example.org")));
        SourceRecord out = transform(Map.of()).apply(record("ada@example.org", SIGNUP, value));
        Struct shielded = (Struct) out.value();
        assertThat(shielded.getString("email")).isEqualTo(hmac("ada@example.org"));
        assertThat(shielded.get("phone")).isNull();
        assertThat(shielded.getString("plan")).isEqualTo("free");
        assertThat(shielded.getStruct("home").getString("street")).isEqualTo(hmac("12 High St"));
        assertThat(shielded.getStruct("home").getString("country")).isEqualTo("GB");
        assertThat(((Struct) shielded.getArray("friends").get(0)).getString("email"))
                .isEqualTo(hmac("bob@example.org"));
        assertThat(out.key()).as("a key that is a marked field").isEqualTo(hmac("ada@example.org"));
        assertThat(out.valueSchema()).isSameAs(SIGNUP);
        assertThat(out.timestamp()).isEqualTo(7L);
        assertThat(value.getString("email")).as("the record that came in").isEqualTo("ada@example.org");
    }

    @Test
    void markedFieldsOfASchemalessMapAreToo() throws Exception {
        Map<String, Object> value = new HashMap<>(Map.of("email", "ada@example.org", "phone", "+44", "plan", "free"));
        value.put("home", Map.of("street", "12 High St", "country", "GB"));
        value.put("friends", List.of(Map.of("email", "bob@example.org")));
        SourceRecord out = transform(Map.of()).apply(record("ada@example.org", null, value));
        assertThat(out.value())
                .isEqualTo(Map.of(
                        "email",
                        hmac("ada@example.org"),
                        "plan",
                        "free",
                        "home",
                        Map.of("street", hmac("12 High St"), "country", "GB"),
                        "friends",
                        List.of(Map.of("email", hmac("bob@example.org")))));
    }

    @Test
    void aTombstoneKeepsItsHashedKey() throws Exception {
        SourceRecord out = transform(Map.of()).apply(record("ada@example.org", null, null));
        assertThat(out.value()).isNull();
        assertThat(out.key()).isEqualTo(hmac("ada@example.org"));
    }

    @Test
    void fieldsOfATopicWithoutAContractAreNamedInTheConfiguration() throws Exception {
        Schema row = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("email", Schema.STRING_SCHEMA)
                .optional()
                .build();
        Schema envelope =
                SchemaBuilder.struct().field("before", row).field("after", row).build();
        Struct value =
                new Struct(envelope).put("after", new Struct(row).put("id", 1L).put("email", "ada@example.org"));
        SourceRecord out = transform(Map.of("fields", "before.email,after.email"))
                .apply(new SourceRecord(
                        Map.of(), Map.of(), "cdc.crm.public.people", null, null, null, envelope, value));
        Struct after = ((Struct) out.value()).getStruct("after");
        assertThat(after.getString("email")).isEqualTo(hmac("ada@example.org"));
        assertThat(after.getInt64("id")).isEqualTo(1L);
        assertThat(((Struct) out.value()).get("before")).isNull();
    }

    @Test
    void whatCannotBeProtectedIsAnErrorAndNeverPassedOn() throws Exception {
        Schema numeric =
                SchemaBuilder.struct().field("email", Schema.INT64_SCHEMA).build();
        assertThatThrownBy(() ->
                        transform(Map.of()).apply(record("k", numeric, new Struct(numeric).put("email", 441234L))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("email")
                .hasMessageNotContaining("441234");
        Schema required =
                SchemaBuilder.struct().field("phone", Schema.STRING_SCHEMA).build();
        assertThatThrownBy(() ->
                        transform(Map.of()).apply(record("k", required, new Struct(required).put("phone", "+441234"))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("phone")
                .hasMessageNotContaining("441234");
        assertThatThrownBy(() -> transform(Map.of())
                        .apply(new SourceRecord(
                                Map.of(), Map.of(), "app.signups", null, Schema.INT64_SCHEMA, 441234L, null, null)))
                .isInstanceOf(DataException.class)
                .hasMessageNotContaining("441234");
    }

    @Test
    void aFieldThatIsMarkedLaterIsProtectedFromThenOn() throws Exception {
        ProtectPersonalData<SourceRecord> transform = transform(Map.of());
        SourceRecord in = record("k", null, Map.of("plan", "free"));
        assertThat(transform.apply(in).value()).isEqualTo(Map.of("plan", "free"));
        contract(SCHEMA.replace("\"plan\", \"type\": \"string\"", "\"plan\", \"type\": \"string\", \"pii\": true"));
        long deadline = System.nanoTime() + 30_000_000_000L;
        Object seen = null;
        while (System.nanoTime() < deadline && !Map.of("plan", hmac("free")).equals(seen)) {
            seen = transform.apply(in).value();
        }
        assertThat(seen).isEqualTo(Map.of("plan", hmac("free")));
    }

    @Test
    void wrongConfigurationsNameTheKeyAndTellNoSecret() {
        assertThatThrownBy(() -> configure(Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hash.key");
        assertThatThrownBy(() -> configure(Map.of("hash.key", "short-secret")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hash.key")
                .hasMessageNotContaining("short-secret");
        assertThatThrownBy(() -> configure(Map.of("action", "hide", "hash.key", KEY)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("action");
        assertThatThrownBy(() -> configure(Map.of("fields", "email=mask", "hash.key", KEY)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("fields")
                .hasMessageContaining("mask");
        assertThatThrownBy(() -> configure(Map.of("hash.kee", KEY, "action", "drop")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("hash.kee");
        assertThatThrownBy(() -> configure(Map.of("contracts.path", "/nowhere", "action", "drop")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("/nowhere");
        configure(Map.of("action", "drop")).close();
    }

    private static ProtectPersonalData<SourceRecord> configure(Map<String, String> settings) {
        ProtectPersonalData<SourceRecord> transform = new ProtectPersonalData<>();
        transform.configure(settings);
        return transform;
    }

    private ProtectPersonalData<SourceRecord> transform(Map<String, String> further) throws IOException {
        contract(SCHEMA);
        Map<String, String> settings = new HashMap<>(further);
        settings.put("contracts.path", folder.toString());
        settings.put("hash.key", KEY);
        return configure(settings);
    }

    private void contract(String schema) throws IOException {
        Path own = Files.createDirectories(folder.resolve("app.signups"));
        Files.writeString(own.resolve("value.avsc"), schema);
        Files.writeString(
                own.resolve("contract.yaml"),
                """
                description: Who signed up.
                owner: app
                written_by: http-source
                topic: {name: app.signups, partitions: 1, replication: 1, cleanup: delete, retention: 7d, key: email}
                compatibility: BACKWARD
                """);
    }

    private static SourceRecord record(Object key, Schema schema, Object value) {
        return new SourceRecord(Map.of(), Map.of(), "app.signups", 0, Schema.STRING_SCHEMA, key, schema, value, 7L);
    }

    /** Worked out here again, so that it can disagree. */
    private static String hmac(String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes("UTF-8"), "HmacSHA256"));
        StringBuilder hex = new StringBuilder();
        for (byte each : mac.doFinal(text.getBytes("UTF-8"))) {
            hex.append(String.format("%02x", each));
        }
        return hex.substring(0, 32);
    }
}
