package io.millrace.local.demo;

import io.millrace.local.client.ElasticsearchReader;
import io.millrace.local.client.EventTopic;
import io.millrace.local.client.IdSet;
import io.millrace.local.client.LakeClient;
import io.millrace.local.client.ReadException;
import io.millrace.local.client.RedisReader;
import io.millrace.local.security.Access;
import io.millrace.local.shop.ShopDatabase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Every hop of the pipeline, for the events of some sites. Not safe for use by several threads. */
final class Hops implements AutoCloseable {
    private static final String MINUTES = "serving.requests_per_minute";

    private final EventTopic topic;
    private final IdSet accepted;
    private final LakeClient lake;
    private final ElasticsearchReader elasticsearch;
    private final RedisReader redis;
    private final Mirror mirror;
    private final Set<String> sites;
    private final String where;

    /**
     * @param sites whose events are counted
     * @param accepted identities that the collector has acknowledged
     */
    Hops(Access access, ShopDatabase shop, Collection<String> sites, IdSet accepted) {
        this.topic = new EventTopic(access, sites);
        this.accepted = accepted;
        this.lake = new LakeClient(access);
        this.elasticsearch = new ElasticsearchReader(access);
        this.redis = new RedisReader(access);
        this.mirror = new Mirror(shop, lake);
        this.sites = Set.copyOf(sites);
        this.where = " where site in ("
                + sites.stream().sorted().map(LakeClient::literal).collect(Collectors.joining(", ")) + ")";
    }

    /** All of them, in the order in which an event passes. */
    List<Hop> all() {
        List<Hop> hops = new ArrayList<>();
        hops.add(new Hop(List.of(Numbers.KAFKA, Numbers.KAFKA_RECORDS, Numbers.MISSING), this::kafka));
        hops.add(new Hop(List.of(Numbers.ELASTICSEARCH, Numbers.FRESHNESS_P50, Numbers.FRESHNESS_P99), this::requests));
        hops.add(new Hop(List.of(Numbers.REDIS), this::redis));
        hops.add(
                new Hop(List.of(Numbers.ELASTICSEARCH_SESSIONS, Numbers.ELASTICSEARCH_SESSION_EVENTS), this::sessions));
        hops.add(lake("count(distinct event_id), count(*) from web_events_raw", Numbers.RAW, Numbers.RAW_ROWS));
        hops.add(lake(
                "count(*), count(distinct event_id) from web_events_enriched", Numbers.ENRICHED, Numbers.ENRICHED_IDS));
        hops.add(lake("count(distinct event_id) from web_events_quarantined", Numbers.QUARANTINED));
        hops.add(lake(
                "count(*), coalesce(sum(events), 0), count(distinct site, user_id) from web_sessions",
                Numbers.SESSIONS,
                Numbers.SESSION_EVENTS,
                Numbers.USERS));
        for (String table : ShopDatabase.TABLES) {
            hops.add(new Hop(
                    List.of(Numbers.source(table), Numbers.mirror(table), Numbers.different(table)),
                    into -> mirror.compare(table, into)));
        }
        hops.add(new Hop(List.of(Numbers.DLQ_REDIS), into -> deadLetters(Numbers.DLQ_REDIS, into)));
        hops.add(new Hop(List.of(Numbers.DLQ_ELASTICSEARCH), into -> deadLetters(Numbers.DLQ_ELASTICSEARCH, into)));
        return hops;
    }

    @Override
    public void close() {
        topic.close();
    }

    private void kafka(Numbers into) throws ReadException {
        topic.read();
        into.put(Numbers.KAFKA, topic.ids().size());
        into.put(Numbers.KAFKA_RECORDS, topic.records());
        into.put(Numbers.MISSING, accepted.missingFrom(topic.ids()));
    }

    private void requests(Numbers into) throws ReadException {
        ElasticsearchReader.Total total = elasticsearch.total(MINUTES, sites, "requests");
        into.put(Numbers.ELASTICSEARCH, total.sum());
        into.put(Numbers.FRESHNESS_P50, total.freshnessP50());
        into.put(Numbers.FRESHNESS_P99, total.freshnessP99());
    }

    private void sessions(Numbers into) throws ReadException {
        ElasticsearchReader.Total total = elasticsearch.total("serving.sessions", sites, "events");
        into.put(Numbers.ELASTICSEARCH_SESSIONS, total.documents());
        into.put(Numbers.ELASTICSEARCH_SESSION_EVENTS, total.sum());
    }

    private void redis(Numbers into) throws ReadException {
        long sum = 0;
        for (String site : sites) {
            sum += redis.sum(MINUTES + ":" + site + "|", "requests");
        }
        into.put(Numbers.REDIS, sum);
    }

    private Hop lake(String selection, String... names) {
        return new Hop(List.of(names), into -> {
            LakeClient.Rows answer = lake.query("select " + selection + where);
            for (int column = 0; column < names.length; column++) {
                into.put(names[column], answer.number(column));
            }
        });
    }

    private void deadLetters(String topicName, Numbers into) throws ReadException {
        into.put(topicName, topic.end(topicName));
    }
}
