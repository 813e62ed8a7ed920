package io.millrace.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.StackAddress;
import io.millrace.schemas.Catalogue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import redis.clients.jedis.RedisClient;

/**
 * What the sinks would have written, with numbers that can be counted on the fingers: two sites of the year 2024, so
 * that only a page that follows the data shows them.
 */
final class Seed {
    static final String SHOP = "shop";
    static final String BLOG = "blog";
    static final Instant NEWEST = Instant.parse("2024-03-05T10:19:00Z");
    static final long SHOP_REQUESTS = 100;
    static final long BLOG_REQUESTS = 35;
    static final long NEWEST_USERS = 3;
    static final long LIVE_SESSIONS = 5;
    static final long SESSIONS = 8;
    static final long ORDERS = 4;
    static final String REVENUE = "60.50";
    static final double FRESHNESS_SECONDS = 1.5;

    private static final List<String> INDICES =
            List.of("serving.requests_per_minute", "serving.page_views", "serving.sessions", "serving.orders");

    private record Document(String index, String key, Map<String, Object> fields) {}

    private final Stores stores;
    private final List<Document> documents = new ArrayList<>();

    Seed(Stores stores) {
        this.stores = stores;
        for (int minute = 0; minute < 20; minute++) {
            Instant start = NEWEST.minus(Duration.ofMinutes(19 - minute));
            minute(SHOP, start, "US", 3, 2);
            minute(SHOP, start, "DE", 2, 1);
        }
        for (int minute = 0; minute < 5; minute++) {
            minute(BLOG, NEWEST.minus(Duration.ofMinutes(120 + minute)), "FR", 7, 4);
        }
        views("US", "/cart", 60);
        views("DE", "/", 40);
        for (int i = 0; i < LIVE_SESSIONS; i++) {
            session("live-" + i, Duration.ofMinutes(i * 5), false);
        }
        session("left-long-ago", Duration.ofMinutes(40), false);
        session("closed-just-now", Duration.ofMinutes(1), true);
        session("closed-before", Duration.ofMinutes(90), true);
        order("1", "new", 10.5, 3);
        order("2", "paid", 20, 5);
        order("3", "shipped", 30, 7);
        order("4", "cancelled", 99, 9);
    }

    /** Takes everything away: the indices do not exist and Redis is empty. */
    void clear() {
        INDICES.forEach(index -> stores.elasticsearch("DELETE", "/" + index, ""));
        try (RedisClient redis = redis()) {
            redis.flushAll();
        }
    }

    /** Writes everything, whatever was there. */
    void fill() {
        clear();
        INDICES.forEach(this::createIndex);
        StringBuilder bulk = new StringBuilder();
        for (Document document : documents) {
            ObjectNode action = Answers.JSON.createObjectNode();
            action.putObject("index").put("_index", document.index).put("_id", document.key);
            bulk.append(action)
                    .append('\n')
                    .append(Answers.JSON.valueToTree(document.fields).toString())
                    .append('\n');
        }
        assertThat(stores.elasticsearch("POST", "/_bulk?refresh=true", bulk.toString())
                        .body())
                .contains("\"errors\":false");
        try (RedisClient redis = redis()) {
            for (Document document : documents) {
                Map<String, String> hash = new HashMap<>();
                document.fields.forEach((name, value) -> hash.put(name, value.toString()));
                redis.hset(document.index + ":" + document.key, hash);
            }
            for (int partition = 0; partition < 2; partition++) {
                redis.hset(
                        "millrace:ledger:serving-redis:serving.requests_per_minute:" + partition,
                        Map.of(
                                "offset",
                                "7",
                                "count",
                                "8",
                                "newest_received_at",
                                "2024-03-05T10:19:30Z",
                                "updated_at",
                                "2024-03-05T10:19:3" + (1 + partition) + "Z"));
            }
        }
    }

    /** The mapping that the sink derives from the contract, so a renamed field fails the tests of the panels. */
    private void createIndex(String index) {
        ObjectNode mapping = Answers.JSON.createObjectNode();
        ObjectNode properties =
                mapping.putObject("mappings").put("dynamic", "strict").putObject("properties");
        for (Schema.Field field :
                Catalogue.bundled().require(index).requireValue().getFields()) {
            properties.putObject(field.name()).put("type", type(field.schema()));
        }
        properties.putObject("freshness_ms").put("type", "long");
        assertThat(stores.elasticsearch("PUT", "/" + index, mapping.toString()).statusCode())
                .isEqualTo(200);
    }

    private static String type(Schema schema) {
        if (schema.getLogicalType() != null) {
            return "date";
        }
        return switch (schema.getType()) {
            case STRING -> "keyword";
            case LONG, INT -> "long";
            case DOUBLE -> "double";
            case BOOLEAN -> "boolean";
            case UNION ->
                type(schema.getTypes().stream()
                        .filter(member -> member.getType() != Schema.Type.NULL)
                        .findFirst()
                        .orElseThrow());
            default -> throw new IllegalArgumentException("no index type for " + schema);
        };
    }

    private void minute(String site, Instant start, String country, long requests, long users) {
        Map<String, Object> fields = fields(start.plusSeconds(30));
        fields.put("site", site);
        fields.put("window_start", start.toString());
        fields.put("window_end", start.plusSeconds(60).toString());
        fields.put("country", country);
        fields.put("requests", requests);
        fields.put("active_users", users);
        documents.add(new Document("serving.requests_per_minute", site + "|" + start + "|" + country, fields));
    }

    private void views(String country, String page, long views) {
        Instant hour = Instant.parse("2024-03-05T10:00:00Z");
        Map<String, Object> fields = fields(NEWEST.plusSeconds(30));
        fields.put("site", SHOP);
        fields.put("window_start", hour.toString());
        fields.put("window_end", hour.plusSeconds(3600).toString());
        fields.put("country", country);
        fields.put("page", page);
        fields.put("views", views);
        documents.add(
                new Document("serving.page_views", String.join("|", SHOP, hour.toString(), country, page), fields));
    }

    private void session(String id, Duration before, boolean closed) {
        Instant last = NEWEST.plusSeconds(30).minus(before);
        Map<String, Object> fields = fields(last);
        fields.put("session_id", id);
        fields.put("site", SHOP);
        fields.put("user_id", "user of " + id);
        fields.put("started_at", last.minusSeconds(300).toString());
        fields.put("last_event_at", last.toString());
        fields.put("duration_ms", 300_000L);
        fields.put("events", 6L);
        fields.put("entry_page", "/");
        fields.put("exit_page", "/cart");
        fields.put("country", "US");
        fields.put("device", "desktop");
        fields.put("closed", closed);
        // A session is closed late on purpose, which must not count as stale data.
        fields.put("freshness_ms", closed ? 86_400_000L : fields.get("freshness_ms"));
        documents.add(new Document("serving.sessions", id, fields));
    }

    private void order(String id, String status, double total, int minutesBefore) {
        Instant created = NEWEST.minus(Duration.ofMinutes(minutesBefore));
        Map<String, Object> fields = fields(created);
        fields.put("order_id", id);
        fields.put("customer_id", "c" + id);
        fields.put("status", status);
        fields.put("total", total);
        fields.put("created_at", created.toString());
        documents.add(new Document("serving.orders", id, fields));
    }

    private static Map<String, Object> fields(Instant eventTime) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("updated_at", eventTime.plusSeconds(1).toString());
        fields.put("newest_event_time", eventTime.toString());
        fields.put("oldest_received_at", eventTime.toString());
        fields.put("newest_received_at", eventTime.toString());
        fields.put("freshness_ms", (long) (FRESHNESS_SECONDS * 1000));
        return fields;
    }

    private RedisClient redis() {
        return RedisClient.create(StackAddress.HOST, stores.address().redis());
    }
}
