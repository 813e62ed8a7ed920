package io.millrace.connect.http;

import io.millrace.connect.http.answer.Answer;
import io.millrace.connect.http.answer.Rejection;
import io.millrace.connect.http.auth.Authentication;
import io.millrace.connect.http.auth.Credentials;
import io.millrace.connect.http.auth.Denied;
import io.millrace.connect.http.auth.Identity;
import io.millrace.connect.http.limits.ByteBudget;
import io.millrace.connect.http.limits.RateLimits;
import io.millrace.connect.http.listen.Endpoint;
import io.millrace.connect.http.listen.Request;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Takes the requests of one task: who sends, what, and whether it may. Safe for use by several threads. */
final class EventEndpoint implements Endpoint {
    private final Parts parts;
    private final Limits limits;
    private volatile boolean stopping;

    /**
     * What it is made of.
     *
     * @param connector name of the connector
     * @param ready whether Connect fetches at the moment
     */
    record Parts(
            String connector,
            Paths paths,
            KindPages pages,
            LiveKinds kinds,
            Cors cors,
            Clients clients,
            Authentication authentication,
            RateLimits rates,
            ByteBudget budget,
            RequestReader reader,
            Requests requests,
            Numbers numbers,
            BooleanSupplier ready) {}

    EventEndpoint(Parts parts, Limits limits) {
        this.parts = parts;
        this.limits = limits;
    }

    /** New requests are refused from now on. */
    void stop() {
        stopping = true;
    }

    @Override
    public String connector() {
        return parts.connector();
    }

    @Override
    public boolean takes(String path) {
        return parts.paths().takes(path);
    }

    @Override
    public List<String> claims() {
        return parts.paths().claims();
    }

    @Override
    public boolean hasWriteKeys() {
        return parts.authentication().hasWriteKeys();
    }

    @Override
    public boolean knowsWriteKey(Request request) {
        return parts.authentication().knowsWriteKey(credentials(request));
    }

    @Override
    public boolean isReady() {
        return !stopping && parts.ready().getAsBoolean();
    }

    @Override
    public boolean isStopping() {
        return stopping;
    }

    @Override
    public List<String> warnings() {
        return parts.kinds().problems();
    }

    @Override
    public void addHeaders(Request request, HttpHeaders answer) {
        parts.cors().addTo(request.head(), answer);
    }

    @Override
    public Taken begin(Request request) throws Rejection {
        try {
            return decide(request);
        } catch (Rejection e) {
            parts.numbers().answered(e.status(), -1);
            throw e;
        }
    }

    private Taken decide(Request request) throws Rejection {
        InetAddress address = parts.clients().address(request);
        if (parts.cors().isQuestion(request.head())) {
            return new Answered(
                    parts.cors().answer(request.head(), parts.paths().allowed(request.path()) + ", OPTIONS"));
        }
        Credentials credentials = credentials(request);
        Paths.Target target = parts.paths().check(request);
        if (target instanceof Paths.Ask question) {
            identify(credentials, false);
            return new Answered(parts.pages().answer(question));
        }
        BodyPlan plan = ((Paths.Send) target).plan();
        if (stopping) {
            throw Requests.stopping(false);
        }
        return new Events(request, address, credentials, plan, identify(credentials, plan.isSegment()));
    }

    private Optional<Identity> identify(Credentials credentials, boolean keyInBody) throws Rejection {
        try {
            return parts.authentication().fromHead(credentials, keyInBody);
        } catch (Denied e) {
            throw denied(e);
        }
    }

    private Rejection denied(Denied e) {
        return Rejection.unauthorized(e.getMessage(), parts.authentication().challenge());
    }

    private static Credentials credentials(Request request) {
        return new Credentials(request.head().headers(), request.query(), request.certificate());
    }

    /** One request with events. */
    private final class Events implements Upload {
        private final Request request;
        private final InetAddress address;
        private final Credentials credentials;
        private final BodyPlan plan;
        private final Optional<Identity> known;
        private final ByteBudget.Lease lease = parts.budget().lease();

        Events(Request request, InetAddress address, Credentials credentials, BodyPlan plan, Optional<Identity> known) {
            this.request = request;
            this.address = address;
            this.credentials = credentials;
            this.plan = plan;
            this.known = known;
        }

        @Override
        public int maxBytes() {
            return limits.requestBytes();
        }

        @Override
        public long timeoutMs() {
            return limits.timeoutMs();
        }

        @Override
        public ByteBudget.Lease lease() {
            return lease;
        }

        @Override
        public Rejection tooLarge() {
            return parts.paths().tooLarge();
        }

        @Override
        public Runnable submit(byte[] bytes, int offset, int length, Consumer<Answer> answer) throws Rejection {
            long start = System.nanoTime();
            parts.numbers().received(length);
            boolean taken = false;
            try {
                Reading reading = read(bytes, offset, length);
                taken = true;
                return parts.requests().submit(plan, reading, lease, given -> {
                    parts.numbers().answered(given.status(), System.nanoTime() - start);
                    answer.accept(given);
                });
            } catch (Rejection e) {
                parts.numbers().answered(e.status(), -1);
                throw e;
            } finally {
                if (!taken) {
                    lease.release();
                }
            }
        }

        private Reading read(byte[] bytes, int offset, int length) throws Rejection {
            Optional<Identity> sender = known;
            if (sender.isEmpty() && parts.authentication().isSigned(credentials)) {
                // Before anything of the body is looked at.
                sender = Optional.of(identify(bytes, offset, length, Optional.empty()));
            }
            ClientFacts client = parts.clients()
                    .facts(request, address, sender.map(Identity::name).orElse(""));
            Reading reading = parts.reader().read(plan, bytes, offset, length, client, lease);
            Identity identity = sender.isPresent() ? sender.get() : identify(bytes, offset, length, reading.writeKey());
            String payer = identity.name().isEmpty() ? address.getHostAddress() : identity.name();
            long wait = parts.rates().take(payer, Math.max(1, reading.total()));
            if (wait > 0) {
                throw Rejection.tooManyEvents(
                        "more events than rate.limit.events.per.second allows for "
                                + (identity.name().isEmpty() ? "an address" : "the key " + identity.name())
                                + "; nothing of this request is stored, send it again in " + wait + " s",
                        wait);
            }
            return reading;
        }

        private Identity identify(byte[] bytes, int offset, int length, Optional<String> keyInBody) throws Rejection {
            try {
                return parts.authentication().fromBody(credentials, bytes, offset, length, keyInBody);
            } catch (Denied e) {
                throw denied(e);
            }
        }
    }
}
