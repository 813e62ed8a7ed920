package io.millrace.connect.http;

import io.millrace.connect.commons.TlsFiles;
import io.millrace.connect.commons.contract.ConverterSettings;
import io.millrace.connect.http.auth.AuthSettings;
import io.millrace.connect.http.limits.AddressRanges;
import io.millrace.connect.http.limits.RateLimits;
import io.millrace.connect.http.listen.ListenerSettings;
import io.millrace.connect.http.listen.Tls;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.types.Password;

/** The values of the connector's keys. */
final class HttpSourceConfig extends AbstractConfig {
    static final String HOST = "host";
    static final String PORT = "port";
    static final String PATH = "path";
    static final String THREADS = "threads";
    static final String MAX_CONNECTIONS = "max.connections";
    static final String MAX_HEADER_BYTES = "max.header.bytes";
    static final String IDLE_TIMEOUT_MS = "idle.timeout.ms";
    static final String BIND_TIMEOUT_MS = "bind.timeout.ms";
    static final String OUTAGE_LINGER_MS = "outage.linger.ms";
    static final String DRAIN_TIMEOUT_MS = "drain.timeout.ms";
    static final String CORS_ORIGINS = "cors.origins";

    static final String TOPIC = "topic";
    static final String CONTRACT = "contract";
    static final String CONTRACTS_PATH = "contracts.path";
    static final String EVENT_KINDS = "event.kinds";
    static final String ALL_KINDS = "all";
    static final String FORMATS = "formats";
    static final String JSON = "json";
    static final String CLOUDEVENTS = "cloudevents";
    static final String SEGMENT = "segment";
    static final String PIXEL = "pixel";
    static final String ACK = "ack";
    static final String ACK_KAFKA = "kafka";
    static final String ACK_MEMORY = "memory";
    static final String ON_INVALID = "on.invalid";
    static final String PARTIAL = "partial";
    static final String REJECT = "reject";
    static final String UNKNOWN_FIELDS = "unknown.fields";
    static final String IGNORE = "ignore";
    static final String MAX_FUTURE_MS = "max.event.future.ms";
    static final String QUARANTINE_TOPIC = "quarantine.topic";
    static final String TOPIC_TEMPLATE = "topic.template";
    static final String TOPIC_ALLOWED = "topic.template.topics";
    static final String KEY_TEMPLATE = "key.template";
    static final String WINDOW_SIZE = "dedup.window.events";
    static final String WINDOW_MS = "dedup.window.ms";
    static final String ADDRESS_FORM = "address.form";
    static final String ADDRESS_SALT = "address.salt";

    static final String HMAC_SIGNATURE_HEADER = "auth.hmac.signature.header";
    static final String HMAC_TIMESTAMP_HEADER = "auth.hmac.timestamp.header";
    static final String HMAC_TOLERANCE_MS = "auth.hmac.tolerance.ms";
    static final String JWT_ISSUER = "auth.jwt.issuer";
    static final String JWT_AUDIENCE = "auth.jwt.audience";
    static final String JWT_SKEW_MS = "auth.jwt.clock.skew.ms";
    static final String JWKS_REFRESH_MS = "auth.jwt.jwks.refresh.ms";
    static final String ALLOWED_ADDRESSES = "allowed.addresses";
    static final String TRUSTED_PROXIES = "trusted.proxies";

    static final String MAX_REQUEST_BYTES = "max.request.bytes";
    static final String MAX_REQUEST_RECORDS = "max.request.records";
    static final String MAX_EVENT_BYTES = "max.event.bytes";
    static final String MAX_IN_FLIGHT_BYTES = "max.in.flight.bytes";
    static final String MAX_POLL_RECORDS = "max.poll.records";
    static final String POLL_INTERVAL_MS = "poll.interval.ms";
    static final String REQUEST_TIMEOUT_MS = "request.timeout.ms";
    static final String RATE_PER_SECOND = "rate.limit.events.per.second";
    static final String RATE_BURST = "rate.limit.burst.events";

    /** Set by the connector for each task; not a key of the user's. */
    static final String TASK = "millrace.task";

    HttpSourceConfig(Map<String, String> properties) {
        super(HttpSourceKeys.DEFINITION, properties, false);
    }

    /** Name of the connector. */
    String connector() {
        return String.valueOf(originals().getOrDefault("name", "http-source"));
    }

    /** Number of the task. */
    String task() {
        return String.valueOf(originals().getOrDefault(TASK, "0"));
    }

    ListenerSettings listener() {
        return new ListenerSettings(
                getString(HOST),
                getInt(PORT),
                getInt(THREADS),
                getInt(MAX_CONNECTIONS),
                getLong(IDLE_TIMEOUT_MS),
                getInt(MAX_HEADER_BYTES),
                tls());
    }

    /** TLS, when there is a certificate to show. */
    Optional<Tls> tls() {
        if (text(TlsFiles.KEYSTORE).isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> files = new HashMap<>();
        text(TlsFiles.KEYSTORE).ifPresent(value -> files.put(TlsFiles.KEYSTORE, value));
        text(TlsFiles.TRUSTSTORE).ifPresent(value -> files.put(TlsFiles.TRUSTSTORE, value));
        secret(TlsFiles.KEYSTORE_PASSWORD).ifPresent(value -> files.put(TlsFiles.KEYSTORE_PASSWORD, value));
        secret(TlsFiles.TRUSTSTORE_PASSWORD).ifPresent(value -> files.put(TlsFiles.TRUSTSTORE_PASSWORD, value));
        return Optional.of(new Tls(files, getString(Tls.CLIENT_AUTH)));
    }

    AuthSettings authentication() {
        return new AuthSettings(
                secret(AuthSettings.WRITE_KEYS),
                secret(AuthSettings.BASIC_USERS),
                secret(AuthSettings.HMAC_SECRETS)
                        .map(secrets -> new AuthSettings.Hmac(
                                secrets,
                                getString(HMAC_SIGNATURE_HEADER),
                                getString(HMAC_TIMESTAMP_HEADER),
                                duration(HMAC_TOLERANCE_MS))),
                text(AuthSettings.JWKS)
                        .map(jwks -> new AuthSettings.Jwt(
                                jwks,
                                text(JWT_ISSUER),
                                getList(JWT_AUDIENCE),
                                duration(JWT_SKEW_MS),
                                duration(JWKS_REFRESH_MS))),
                tls().filter(tls -> !tls.clientAuth().equals("none")).isPresent());
    }

    Clients clients() {
        return new Clients(
                AddressRanges.parse(getList(ALLOWED_ADDRESSES)),
                AddressRanges.parse(getList(TRUSTED_PROXIES)),
                addressForm(),
                secret(ADDRESS_SALT).orElse(""));
    }

    Clients.AddressForm addressForm() {
        return Clients.AddressForm.valueOf(getString(ADDRESS_FORM).toUpperCase(Locale.ROOT));
    }

    Cors cors() {
        return new Cors(getList(CORS_ORIGINS));
    }

    RateLimits rates() {
        double perSecond = getInt(RATE_PER_SECOND);
        int burst = getInt(RATE_BURST);
        return new RateLimits(perSecond, burst > 0 ? burst : Math.max(1, perSecond), System::nanoTime);
    }

    String path() {
        return getString(PATH);
    }

    String topic() {
        return getString(TOPIC);
    }

    String contract() {
        return text(CONTRACT).orElse(topic());
    }

    /** The folder of the contracts; empty for those that come with the connector. */
    Optional<Path> contractsPath() {
        return text(CONTRACTS_PATH).map(Path::of);
    }

    /** The topics of the kinds that are taken; empty when all are. */
    Optional<List<String>> eventKinds() {
        return Optional.of(getList(EVENT_KINDS)).filter(kinds -> !kinds.contains(ALL_KINDS));
    }

    /** Whether events of a kind are taken under its topic's name. */
    boolean takes(String topic) {
        return eventKinds().map(kinds -> kinds.contains(topic)).orElse(true);
    }

    boolean hasFormat(String format) {
        return getList(FORMATS).contains(format);
    }

    boolean acknowledgesFromMemory() {
        return getString(ACK).equals(ACK_MEMORY);
    }

    EventRules rules() {
        return new EventRules(
                getString(UNKNOWN_FIELDS).equals(IGNORE),
                getLong(MAX_FUTURE_MS),
                getString(ON_INVALID).equals(PARTIAL));
    }

    Optional<String> quarantineTopic() {
        return text(QUARANTINE_TOPIC);
    }

    /** Where records go, and with which key, for a kind that is still to be named. */
    RecordRoute route() {
        return new RecordRoute(
                "",
                text(TOPIC_TEMPLATE).map(text -> RecordRoute.template(TOPIC_TEMPLATE, text)),
                Set.copyOf(getList(TOPIC_ALLOWED)),
                text(KEY_TEMPLATE).map(text -> RecordRoute.template(KEY_TEMPLATE, text)));
    }

    int windowSize() {
        return getInt(WINDOW_SIZE);
    }

    long windowMs() {
        return getLong(WINDOW_MS);
    }

    ConverterSettings converter() {
        return new ConverterSettings(originals());
    }

    int maxPollRecords() {
        return getInt(MAX_POLL_RECORDS);
    }

    Duration pollInterval() {
        return Duration.ofMillis(getLong(POLL_INTERVAL_MS));
    }

    long maxInFlightBytes() {
        return getLong(MAX_IN_FLIGHT_BYTES);
    }

    Duration bindTimeout() {
        return duration(BIND_TIMEOUT_MS);
    }

    Duration outageLinger() {
        return duration(OUTAGE_LINGER_MS);
    }

    long drainMs() {
        return getLong(DRAIN_TIMEOUT_MS);
    }

    /** Whether the worker is done with all records of a poll, their transaction committed, when it polls again. */
    boolean transactionPerPoll() {
        Map<String, Object> all = originals();
        return "required".equalsIgnoreCase(String.valueOf(all.get("exactly.once.support")))
                && "poll".equalsIgnoreCase(String.valueOf(all.getOrDefault("transaction.boundary", "poll")));
    }

    Limits limits() {
        return new Limits(
                getInt(MAX_REQUEST_BYTES),
                getInt(MAX_REQUEST_RECORDS),
                getInt(MAX_EVENT_BYTES),
                getLong(REQUEST_TIMEOUT_MS));
    }

    /** A text that is set. */
    Optional<String> text(String key) {
        return Optional.ofNullable(getString(key)).map(String::strip).filter(value -> !value.isEmpty());
    }

    /** A secret that is set. */
    Optional<String> secret(String key) {
        return Optional.ofNullable(getPassword(key)).map(Password::value).filter(value -> !value.isBlank());
    }

    private Duration duration(String key) {
        return Duration.ofMillis(getLong(key));
    }
}
