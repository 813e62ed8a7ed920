package io.millrace.connect.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.format.CloudEvents;
import io.millrace.connect.http.format.Inflater;
import io.millrace.connect.http.limits.ByteBudget;
import io.millrace.schemas.Catalogue;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever bytes come, in whatever format: events, or a rejection in words. Never another exception, never lost memory. */
class ParserFuzzTest {
    private static final List<String> SEEDS = List.of(
            "{\"user_id\":\"u1\",\"page\":\"/\",\"status\":200}",
            "[{\"user_id\":\"u1\",\"page\":\"/\"},{\"user_id\":7}]",
            "{\"user_id\":\"u1\",\"page\":\"/\"}\n{\"user_id\":\"u2\",\"page\":\"/\",\"x\":{\"y\":[1,{}]}}\n",
            "{\"specversion\":\"1.0\",\"id\":\"i\",\"source\":\"/s\",\"type\":\"t\",\"userid\":\"u\",\"data\":{\"page\":\"/\"}}",
            "{\"batch\":[{\"type\":\"track\",\"userId\":\"u\",\"event\":\"e\",\"properties\":{\"page\":\"/\"},"
                    + "\"context\":{\"page\":{\"path\":\"/\"},\"campaign\":{\"name\":\"c\"}}}],\"writeKey\":\"k\"}");

    private static final Catalogue CATALOGUE = Catalogue.bundled();
    private static final Map<EventRules, EventKinds> KINDS = new HashMap<>();

    private final Clock clock = Clock.systemUTC();

    @Property(tries = 3_000)
    void everyBodyIsReadOrRefused(
            @ForAll("bodies") byte[] body, @ForAll BodyPlan.Form form, @ForAll boolean partial, @ForAll boolean ignore)
            throws Exception {
        read(body, form, Optional.empty(), new EventRules(ignore, 1_000, partial));
    }

    @Property(tries = 500)
    void everyCompressedBodyIsReadOrRefused(@ForAll("bodies") byte[] body, @ForAll Inflater inflater) throws Exception {
        read(body, BodyPlan.Form.JSON, Optional.of(inflater), EventRules.STRICT);
    }

    @Provide
    Arbitrary<byte[]> bodies() {
        Arbitrary<byte[]> noise = Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
        Arbitrary<byte[]> signs = Arbitraries.strings()
                .withChars("{}[]\",:0129eE+-.\\ntrufalse \n")
                .ofMaxLength(200)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        Arbitrary<byte[]> mutated = Arbitraries.of(SEEDS).flatMap(seed -> Arbitraries.longs()
                .map(random -> mutate(seed.getBytes(StandardCharsets.UTF_8), new Random(random))));
        return Arbitraries.oneOf(noise, signs, mutated);
    }

    /** Cut, repeated, and with some bytes that are others. */
    private static byte[] mutate(byte[] seed, Random random) {
        byte[] mutated = java.util.Arrays.copyOf(seed, random.nextInt(seed.length + 1));
        for (int i = random.nextInt(6); i > 0 && mutated.length > 0; i--) {
            int position = random.nextInt(mutated.length);
            mutated[position] = switch (random.nextInt(3)) {
                case 0 -> (byte) random.nextInt(256);
                case 1 -> seed[random.nextInt(seed.length)];
                default -> (byte) "{}[]\",:".charAt(random.nextInt(7));
            };
        }
        return mutated;
    }

    private void read(byte[] body, BodyPlan.Form form, Optional<Inflater> inflater, EventRules rules) throws Exception {
        ByteBudget budget = new ByteBudget(1 << 20);
        ByteBudget.Lease lease = budget.lease();
        EventKinds kinds = KINDS.computeIfAbsent(
                rules,
                any -> EventKinds.of(
                        new HttpSourceConfig(Map.of("unknown.fields", rules.ignoreUnknown() ? "ignore" : "reject")),
                        () -> "random",
                        CATALOGUE));
        RequestReader reader = new RequestReader(
                new Limits(100_000, 50, 10_000, 1_000),
                rules,
                rules.partial() ? Optional.of(Quarantine.of("quarantine.events", CATALOGUE)) : Optional.empty(),
                clock);
        BodyPlan plan = new BodyPlan(
                form,
                kinds.standard(),
                Optional.of(kinds),
                inflater,
                form == BodyPlan.Form.CLOUD_BINARY
                        ? CloudEvents.attributes(new io.netty.handler.codec.http.DefaultHttpHeaders()
                                .add("ce-specversion", "1.0")
                                .add("ce-id", "i")
                                .add("ce-source", "/s")
                                .add("ce-type", "t"))
                        : Map.of(),
                Map.of("page", List.of(new String(body, StandardCharsets.ISO_8859_1)), "user_id", List.of("u")),
                false);
        try {
            Reading reading = reader.read(plan, body, 0, body.length, new ClientFacts("::1", null, ""), lease);
            reading.events().forEach(event -> event.value().validate());
            reading.setAside().forEach(event -> event.value().validate());
            assertThat(Replies.of(plan, reading, rules.partial(), 0).status()).isIn(200, 207, 400);
        } catch (Rejection e) {
            assertThat(e.status()).isIn(400, 413, 503);
            assertThat(e.reason()).isNotBlank().doesNotContain("Exception", "\tat ");
        } finally {
            lease.release();
        }
        assertThat(budget.used()).isZero();
    }
}
