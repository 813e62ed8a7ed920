package io.millrace.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.security.Access;
import io.millrace.local.security.Part;
import java.time.Duration;
import java.util.Collection;
import java.util.OptionalInt;

/** Reads what the sink wrote to Elasticsearch. Safe for use by several threads. */
public final class ElasticsearchReader {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ObjectMapper json = new ObjectMapper();
    private final JsonHttp server;

    /**
     * Documents of an index, added up.
     *
     * @param documents how many there are
     * @param sum of the field that was asked for
     * @param freshnessP50 median of freshness_ms over the documents, in milliseconds; zero without documents
     * @param freshnessP99 its 99th percentile
     */
    public record Total(long documents, long sum, long freshnessP50, long freshnessP99) {}

    public ElasticsearchReader(Access access) {
        this.server = new JsonHttp(
                "Elasticsearch", access, Part.ELASTICSEARCH, access.address().elasticsearch());
    }

    /**
     * Adds up the documents of some sites, as they are now: the index is refreshed before.
     *
     * @param field a numeric field
     * @throws ReadException when Elasticsearch is not there; an index that does not exist yet is empty instead
     */
    public Total total(String index, Collection<String> sites, String field) throws ReadException {
        OptionalInt missing = OptionalInt.of(404);
        server.post("/" + index + "/_refresh", "application/json", "", TIMEOUT, missing);
        ObjectNode search = json.createObjectNode().put("size", 0).put("track_total_hits", true);
        ObjectNode query = search.putObject("query").putObject("terms");
        sites.forEach(query.putArray("site")::add);
        ObjectNode sums = search.putObject("aggs");
        sums.putObject("sum").putObject("sum").put("field", field);
        ObjectNode percentiles = sums.putObject("freshness").putObject("percentiles");
        percentiles.put("field", "freshness_ms").putArray("percents").add(50).add(99);
        JsonNode answer =
                server.post("/" + index + "/_search", "application/json", search.toString(), TIMEOUT, missing);
        JsonNode values = answer.at("/aggregations/freshness/values");
        return new Total(
                answer.at("/hits/total/value").asLong(),
                Math.round(answer.at("/aggregations/sum/value").asDouble()),
                Math.round(values.path("50.0").asDouble()),
                Math.round(values.path("99.0").asDouble()));
    }
}
