package io.millrace.connect.http;

import io.millrace.connect.commons.TlsFiles;
import io.millrace.connect.http.auth.AuthSettings;
import io.millrace.connect.http.limits.AddressRanges;
import io.millrace.connect.http.listen.Tls;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidList;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** The keys of the connector: their types, defaults and bounds. */
final class HttpSourceKeys {
    static final ConfigDef DEFINITION = new ConfigDef();

    private static final Validator ANY = null;
    private static final Validator NOT_EMPTY = new ConfigDef.NonEmptyString();
    private static final Validator ADDRESSES = LambdaValidator.with(
            HttpSourceKeys::checkAddresses, () -> "addresses or ranges such as 10.0.0.0/8, with commas between");

    private final String group;
    private int order;

    private HttpSourceKeys(String group) {
        this.group = group;
    }

    static {
        listener(new HttpSourceKeys("Listener"));
        data(new HttpSourceKeys("Data"));
        security(new HttpSourceKeys("Security"));
        limits(new HttpSourceKeys("Limits"));
    }

    private static void listener(HttpSourceKeys to) {
        to.high(
                HttpSourceConfig.PORT,
                Type.INT,
                28001,
                Range.between(0, 65535),
                "Port to listen on; 0 takes any free one. Tasks and connectors of a worker with the same host and port share it.");
        to.high(
                HttpSourceConfig.HOST,
                Type.STRING,
                "127.0.0.1",
                NOT_EMPTY,
                "Address to listen on; 0.0.0.0 listens on every interface.");
        to.low(
                HttpSourceConfig.PATH,
                Type.STRING,
                "/v1/events",
                LambdaValidator.with(HttpSourceKeys::checkPath, () -> "starts with / and is not /healthz or /readyz"),
                "Path that takes events of the topic below; each event kind has the path under it that ends with its topic. batch, track, ... and pixel.gif stand beside it.");
        to.low(HttpSourceConfig.THREADS, Type.INT, 2, Range.between(1, 64), "Threads that read requests.");
        to.low(
                HttpSourceConfig.MAX_CONNECTIONS,
                Type.INT,
                10_000,
                Range.atLeast(1),
                "Open connections; one more is answered 503 and closed. The worker needs as many open files (ulimit -n).");
        to.low(
                HttpSourceConfig.MAX_HEADER_BYTES,
                Type.INT,
                16_384,
                Range.between(256, 1 << 20),
                "Bytes of a request's line, and again of its headers; 431 above.");
        to.low(
                HttpSourceConfig.IDLE_TIMEOUT_MS,
                Type.LONG,
                60_000L,
                Range.atLeast(100),
                "Milliseconds after which a connection without a request is closed.");
        to.low(
                HttpSourceConfig.BIND_TIMEOUT_MS,
                Type.LONG,
                15_000L,
                Range.atLeast(0),
                "Milliseconds to wait for a port or path that is still in use before the task fails.");
        to.low(
                HttpSourceConfig.DRAIN_TIMEOUT_MS,
                Type.LONG,
                3_000L,
                Range.between(0, 60_000),
                "Milliseconds that open requests get for Kafka's acknowledgement when the task stops. Keep it below the worker's task.shutdown.graceful.timeout.ms.");
        to.low(
                HttpSourceConfig.OUTAGE_LINGER_MS,
                Type.LONG,
                300_000L,
                Range.atLeast(0),
                "Milliseconds that the port stays open, with 503 for every request, after Connect stopped the last task because Kafka was away; 0: it closes with the task.");
        to.low(
                HttpSourceConfig.CORS_ORIGINS,
                Type.LIST,
                List.of(),
                ANY,
                "Web pages that may send from browsers, such as https://shop.example, or * for all; empty: none.");
    }

    private static void data(HttpSourceKeys to) {
        to.high(HttpSourceConfig.TOPIC, Type.STRING, "web.events", NOT_EMPTY, "Topic that events are written to.");
        to.medium(
                HttpSourceConfig.CONTRACT,
                Type.STRING,
                "",
                ANY,
                "Contract that events have to keep, by its name in the catalogue; empty: the one of the topic.");
        to.medium(
                HttpSourceConfig.CONTRACTS_PATH,
                Type.STRING,
                "",
                LambdaValidator.with(HttpSourceKeys::checkFolder, () -> "a path"),
                "Folder of the contracts on the worker's machine, a folder for each; what changes in it is live within two seconds. Empty: the contracts that come with the connector.");
        to.medium(
                HttpSourceConfig.EVENT_KINDS,
                Type.LIST,
                List.of(HttpSourceConfig.ALL_KINDS),
                LambdaValidator.with(HttpSourceKeys::checkNames, () -> "names with commas between, each once"),
                "Event kinds that are taken at their own paths, by their topics with commas between, or all.");
        to.low(
                HttpSourceConfig.FORMATS,
                Type.LIST,
                List.of(
                        HttpSourceConfig.JSON,
                        HttpSourceConfig.CLOUDEVENTS,
                        HttpSourceConfig.SEGMENT,
                        HttpSourceConfig.PIXEL),
                ValidList.in(
                        HttpSourceConfig.JSON,
                        HttpSourceConfig.CLOUDEVENTS,
                        HttpSourceConfig.SEGMENT,
                        HttpSourceConfig.PIXEL),
                "What is taken besides json, which always is: cloudevents, segment, pixel.");
        to.medium(
                HttpSourceConfig.ACK,
                Type.STRING,
                HttpSourceConfig.ACK_KAFKA,
                ValidString.in(HttpSourceConfig.ACK_KAFKA, HttpSourceConfig.ACK_MEMORY),
                "kafka: 200 when every record is in Kafka. memory: 202 at once, and what is in memory is lost with the worker. A request asks for memory by ack=memory in its address or Prefer: respond-async.");
        to.medium(
                HttpSourceConfig.ON_INVALID,
                Type.STRING,
                HttpSourceConfig.REJECT,
                ValidString.in(HttpSourceConfig.REJECT, HttpSourceConfig.PARTIAL),
                "reject: one bad event keeps the whole request out, 400. partial: the good ones are stored, 207 with the reasons for the others.");
        to.medium(
                HttpSourceConfig.UNKNOWN_FIELDS,
                Type.STRING,
                HttpSourceConfig.REJECT,
                ValidString.in(HttpSourceConfig.REJECT, HttpSourceConfig.IGNORE),
                "reject: a field that the contract does not have makes the event bad. ignore: it is left out.");
        to.medium(
                HttpSourceConfig.MAX_FUTURE_MS,
                Type.LONG,
                86_400_000L,
                Range.atLeast(-1),
                "Milliseconds that the time of an event may be ahead of the collector's clock; -1: any.");
        to.medium(
                HttpSourceConfig.QUARANTINE_TOPIC,
                Type.STRING,
                "",
                ANY,
                "Topic for events that do not keep their contract, with the reason, as the contract quarantine.events says; empty: they are not kept.");
        to.low(
                HttpSourceConfig.TOPIC_TEMPLATE,
                Type.STRING,
                "",
                template(),
                "Makes the topic of a record from ${topic}, ${key}, ${value.FIELD}, ${header.NAME}, ${client}, ${timestamp:PATTERN}; empty: the topic of its kind.");
        to.low(
                HttpSourceConfig.TOPIC_ALLOWED,
                Type.LIST,
                List.of(),
                ANY,
                "Topics that the template may make. They have to exist; another makes the event bad.");
        to.low(
                HttpSourceConfig.KEY_TEMPLATE,
                Type.STRING,
                "",
                template(),
                "Makes the key of a record in the same way; empty: the key fields of the contract.");
        to.medium(
                HttpSourceConfig.WINDOW_SIZE,
                Type.INT,
                100_000,
                Range.between(0, 10_000_000),
                "Events whose identity is remembered, so that one that is sent again is not written again; 0: none. About 200 bytes each.");
        to.medium(
                HttpSourceConfig.WINDOW_MS,
                Type.LONG,
                600_000L,
                Range.atLeast(1),
                "Milliseconds for which it is remembered.");
        to.low(
                HttpSourceConfig.ADDRESS_FORM,
                Type.STRING,
                "plain",
                ValidString.in("plain", "hash", "none"),
                "How a field that the contract lets the collector fill shows the client's address. hash: 32 hexadecimal digits of HMAC-SHA256 with the salt.");
        to.low(HttpSourceConfig.ADDRESS_SALT, Type.PASSWORD, null, ANY, "The salt of hash.");
    }

    private static void security(HttpSourceKeys to) {
        to.high(
                AuthSettings.WRITE_KEYS,
                Type.PASSWORD,
                null,
                ANY,
                "Write keys, name=key with commas between. Sent as X-Write-Key, as the parameter write_key, or as the user of basic authentication without a password.");
        to.high(AuthSettings.BASIC_USERS, Type.PASSWORD, null, ANY, "Users, user:password with commas between.");
        to.medium(
                AuthSettings.HMAC_SECRETS,
                Type.PASSWORD,
                null,
                ANY,
                "Secrets of clients that sign, name=secret with commas between: HMAC-SHA256 in hex over the timestamp, a dot and the body as sent.");
        to.low(
                HttpSourceConfig.HMAC_SIGNATURE_HEADER,
                Type.STRING,
                "X-Signature",
                NOT_EMPTY,
                "Header with the signature.");
        to.low(
                HttpSourceConfig.HMAC_TIMESTAMP_HEADER,
                Type.STRING,
                "X-Signature-Timestamp",
                NOT_EMPTY,
                "Header with the seconds since 1970 at which it was made.");
        to.low(
                HttpSourceConfig.HMAC_TOLERANCE_MS,
                Type.LONG,
                300_000L,
                Range.atLeast(1_000),
                "Milliseconds that these may be away from the collector's clock. A request can be replayed as long; its event ids keep it from counting twice.");
        to.medium(
                AuthSettings.JWKS,
                Type.STRING,
                "",
                ANY,
                "Address or file of the JSON Web Key Set of whoever issues bearer tokens (RS, PS and ES 256 to 512). A token needs exp and sub.");
        to.low(HttpSourceConfig.JWT_ISSUER, Type.STRING, "", ANY, "What iss of a token has to be; empty: anything.");
        to.low(
                HttpSourceConfig.JWT_AUDIENCE,
                Type.LIST,
                List.of(),
                ANY,
                "Of these aud of a token has to have one; empty: anything.");
        to.low(
                HttpSourceConfig.JWT_SKEW_MS,
                Type.LONG,
                60_000L,
                Range.between(0, 3_600_000),
                "Milliseconds that the issuer's clock may differ.");
        to.low(
                HttpSourceConfig.JWKS_REFRESH_MS,
                Type.LONG,
                300_000L,
                Range.atLeast(1_000),
                "Milliseconds between two fetches of the key set.");
        to.medium(
                HttpSourceConfig.ALLOWED_ADDRESSES,
                Type.LIST,
                List.of(),
                ADDRESSES,
                "Addresses and ranges that may send, 403 for others; empty: all.");
        to.low(
                HttpSourceConfig.TRUSTED_PROXIES,
                Type.LIST,
                List.of(),
                ADDRESSES,
                "Proxies whose X-Forwarded-For is believed.");
        to.medium(
                TlsFiles.KEYSTORE,
                Type.STRING,
                "",
                ANY,
                "File with the certificate and key of the listener (PEM, PKCS#12 or JKS); makes it HTTPS.");
        to.medium(TlsFiles.KEYSTORE_PASSWORD, Type.PASSWORD, null, ANY, "Its password.");
        to.medium(TlsFiles.TRUSTSTORE, Type.STRING, "", ANY, "File with the certificates that clients' are signed by.");
        to.medium(TlsFiles.TRUSTSTORE_PASSWORD, Type.PASSWORD, null, ANY, "Its password.");
        to.medium(
                Tls.CLIENT_AUTH,
                Type.STRING,
                "none",
                ValidString.in("none", "requested", "required"),
                "Whether clients show a certificate, whose common name is then who they are. requested: or another of the ways above.");
    }

    private static void limits(HttpSourceKeys to) {
        to.medium(
                HttpSourceConfig.MAX_REQUEST_BYTES,
                Type.INT,
                4 << 20,
                Range.between(1, 1 << 30),
                "Bytes of one request body, as sent and when inflated; 413 above.");
        to.medium(
                HttpSourceConfig.MAX_REQUEST_RECORDS,
                Type.INT,
                10_000,
                Range.atLeast(1),
                "Events in one request; 413 above.");
        to.medium(
                HttpSourceConfig.MAX_EVENT_BYTES,
                Type.INT,
                512 << 10,
                Range.atLeast(1),
                "Bytes of one event as JSON; 413 above. Must stay well below the producer's max.request.size (1 MiB unless producer.override.max.request.size says otherwise), because a record that the producer refuses ends the task.");
        to.medium(
                HttpSourceConfig.MAX_IN_FLIGHT_BYTES,
                Type.LONG,
                64L << 20,
                Range.atLeast(1),
                "Bytes that all requests of a task may hold together until Kafka has their records: their bodies, "
                        + Limits.RECORD_OVERHEAD
                        + " for each event, and 16 to some hundred for each element of its arrays and maps; 503 above.");
        to.medium(
                HttpSourceConfig.REQUEST_TIMEOUT_MS,
                Type.LONG,
                30_000L,
                Range.atLeast(1),
                "Milliseconds to receive a request (408 above), and then for Kafka to acknowledge it (503 above).");
        to.low(
                HttpSourceConfig.MAX_POLL_RECORDS,
                Type.INT,
                5_000,
                Range.atLeast(1),
                "Records that Connect fetches at a time, which with transaction.boundary=poll is one transaction. A request is never divided, so a larger one is fetched alone.");
        to.low(
                HttpSourceConfig.POLL_INTERVAL_MS,
                Type.LONG,
                0L,
                Range.between(0, 1_000),
                "Shortest time between two fetches that have records. A transaction costs the broker and the worker as much as hundreds of records: 50 saves much of that under a steady load, and an answer comes up to so much later.");
        to.medium(
                HttpSourceConfig.RATE_PER_SECOND,
                Type.INT,
                0,
                Range.atLeast(0),
                "Events that one client (key, user, token, certificate; else address) may send each second to a task, 429 above; 0: any number.");
        to.low(
                HttpSourceConfig.RATE_BURST,
                Type.INT,
                0,
                Range.atLeast(0),
                "Events that it may send at once after a pause; 0: those of one second.");
    }

    private void high(String name, Type type, Object otherwise, Validator validator, String doc) {
        define(name, type, otherwise, validator, Importance.HIGH, doc);
    }

    private void medium(String name, Type type, Object otherwise, Validator validator, String doc) {
        define(name, type, otherwise, validator, Importance.MEDIUM, doc);
    }

    private void low(String name, Type type, Object otherwise, Validator validator, String doc) {
        define(name, type, otherwise, validator, Importance.LOW, doc);
    }

    private void define(
            String name, Type type, Object otherwise, Validator validator, Importance importance, String doc) {
        DEFINITION.define(name, type, otherwise, validator, importance, doc, group, ++order, Width.MEDIUM, name);
    }

    private static Validator template() {
        return LambdaValidator.with(
                (name, value) -> {
                    if (value != null && !String.valueOf(value).isBlank()) {
                        RecordRoute.template(name, String.valueOf(value));
                    }
                },
                () -> "text with placeholders");
    }

    private static void checkAddresses(String name, Object value) {
        try {
            AddressRanges.parse(((List<?>) value).stream().map(String::valueOf).toList());
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, value, e.getMessage());
        }
    }

    /** Kafka 4 has a validator for this, and a worker of 3.9 has not. */
    private static void checkNames(String name, Object value) {
        List<?> names = (List<?>) value;
        if (names == null || names.isEmpty() || names.stream().distinct().count() < names.size()) {
            throw new ConfigException(name, value, "must have at least one name, and each once");
        }
    }

    private static void checkPath(String name, Object value) {
        String path = String.valueOf(value);
        if (!path.startsWith("/") || path.contains("?") || path.equals("/healthz") || path.equals("/readyz")) {
            throw new ConfigException(name, value, "must start with /, have no query, and not be /healthz or /readyz");
        }
    }

    private static void checkFolder(String name, Object value) {
        try {
            Path.of(String.valueOf(value));
        } catch (InvalidPathException e) {
            throw new ConfigException(name, value, "is no path: " + e.getMessage());
        }
    }
}
