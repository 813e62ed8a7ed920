package io.millrace.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import redis.clients.jedis.RedisClient;

/** What the stores of a stack hold, asked directly. */
record Stores(LocalStack stack) {

    /** How many documents an index has. */
    long documents(String index) throws Exception {
        return stack.search(index, "{\"size\":0,\"track_total_hits\":true}")
                .at("/hits/total/value")
                .asLong();
    }

    /** Requests per minute of a site, countries summed. */
    Map<String, Long> minutesInElasticsearch(String site) throws Exception {
        JsonNode answer = stack.search(
                "serving.requests_per_minute",
                """
                {"size": 10000, "query": {"term": {"site": "%s"}}}""".formatted(site));
        Map<String, Long> minutes = new TreeMap<>();
        for (JsonNode hit : answer.at("/hits/hits")) {
            JsonNode source = hit.path("_source");
            minutes.merge(
                    source.path("window_start").asText(),
                    source.path("requests").asLong(),
                    Long::sum);
        }
        return minutes;
    }

    /** Requests per minute of a site, countries summed. */
    Map<String, Long> minutesInRedis(String site) {
        Map<String, Long> minutes = new TreeMap<>();
        try (RedisClient redis =
                RedisClient.create(StackAddress.HOST, stack.address().redis())) {
            for (String key : redis.keys("serving.requests_per_minute:" + site + "|*")) {
                Map<String, String> fields = redis.hgetAll(key);
                minutes.merge(fields.get("window_start"), Long.parseLong(fields.get("requests")), Long::sum);
            }
        }
        return minutes;
    }

    /** Events of a kind by the start of their minute. */
    Map<String, Long> eventsPerMinute(String kind) throws Exception {
        JsonNode answer = stack.search(
                "serving.events_per_minute",
                """
                {"size": 10000, "query": {"term": {"kind": "%s"}}}""".formatted(kind));
        Map<String, Long> minutes = new TreeMap<>();
        for (JsonNode hit : answer.at("/hits/hits")) {
            minutes.put(
                    hit.at("/_source/window_start").asText(),
                    hit.at("/_source/events").asLong());
        }
        return minutes;
    }

    /** Session documents of a user. */
    long sessionsInElasticsearch(String user) throws Exception {
        return stack.search(
                        "serving.sessions",
                        """
                        {"size": 0, "track_total_hits": true, "query": {"term": {"user_id": "%s"}}}"""
                                .formatted(user))
                .at("/hits/total/value")
                .asLong();
    }

    /** Session hashes of a user. */
    long sessionsInRedis(String user) {
        try (RedisClient redis =
                RedisClient.create(StackAddress.HOST, stack.address().redis())) {
            return redis.keys("serving.sessions:*").stream()
                    .filter(key -> user.equals(redis.hget(key, "user_id")))
                    .count();
        }
    }

    /** Every column of every row, both sides brought to the same text. */
    void assertMirrorEquals(String table) throws Exception {
        List<String> columns = new ArrayList<>();
        List<List<String>> source = new ArrayList<>();
        try (Connection shop = stack.shop();
                Statement sql = shop.createStatement();
                ResultSet rows = sql.executeQuery("select * from " + table)) {
            for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                columns.add(rows.getMetaData().getColumnName(i));
            }
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (String column : columns) {
                    Object value = rows.getObject(column);
                    row.add(
                            value instanceof java.sql.Timestamp time
                                    ? time.toInstant().toString()
                                    : plain(value));
                }
                source.add(row);
            }
        }
        List<List<String>> mirror = stack.lake("select " + String.join(", ", columns) + " from shop_" + table).stream()
                .map(row -> row.stream().map(Stores::plain).toList())
                .toList();
        assertThat(mirror).containsExactlyInAnyOrderElementsOf(source);
    }

    private static String plain(Object value) {
        if (value instanceof JsonNode node) {
            return node.isNull() ? "null" : canonical(node.asText());
        }
        return value == null ? "null" : canonical(value.toString());
    }

    /** Numbers and instants by value, so that 1.50 equals 1.5 and a time equals itself in another precision. */
    private static String canonical(String text) {
        try {
            return new BigDecimal(text).stripTrailingZeros().toPlainString();
        } catch (NumberFormatException notANumber) {
            try {
                return Instant.parse(text).toString();
            } catch (java.time.format.DateTimeParseException notAnInstant) {
                return text;
            }
        }
    }

    /** One number from the shop database. */
    long shopNumber(String query) throws IOException, SQLException {
        try (Connection shop = stack.shop();
                Statement sql = shop.createStatement();
                ResultSet rows = sql.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
