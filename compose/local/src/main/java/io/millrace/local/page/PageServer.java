package io.millrace.local.page;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.local.StackAddress;
import io.millrace.local.dashboards.PageDashboards;
import io.millrace.local.security.Access;
import io.millrace.local.security.PageSecurity;
import io.millrace.local.security.TokenEndpoint;
import io.millrace.local.stack.Checkout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves the page and its read-only API on the loopback address. It needs none of the servers behind it to be up: what
 * does not answer is shown as missing. Safe for use from several threads.
 */
public final class PageServer implements AutoCloseable {
    private static final int THREADS = 6;
    private static final int BACKLOG = 64;

    private final Access access;
    private final HttpServer server;
    private final ExecutorService threads;
    private final ServingReader serving;

    private PageServer(Access access, HttpServer server, ExecutorService threads, ServingReader serving) {
        this.access = access;
        this.server = server;
        this.threads = threads;
        this.serving = serving;
    }

    /**
     * Binds {@code 127.0.0.1:address.page()} and begins to serve.
     *
     * @throws IOException when the port cannot be bound
     */
    public static PageServer start(Access access, PageSecurity security) throws IOException {
        Checkout checkout = Checkout.current();
        return start(access, security, new PageDashboards(checkout.dashboards(), checkout.contracts()));
    }

    /** @param dashboards which the page shows beside its own charts */
    public static PageServer start(Access access, PageSecurity security, PageDashboards dashboards) throws IOException {
        StackAddress address = access.address();
        HttpServer server;
        try {
            server = create(new InetSocketAddress(InetAddress.getByName(StackAddress.HOST), address.page()), security);
        } catch (IOException e) {
            throw new IOException(
                    "the page cannot listen on " + access.url(address.page()) + ": " + e.getMessage()
                            + "; choose another range with --port-base",
                    e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, daemons());
        HttpClient client = access.http().connectTimeout(Duration.ofSeconds(2)).build();
        ServingReader serving = new ServingReader(access.redis());
        PipelineProbe pipeline = new PipelineProbe(access, client);
        NowApi now = new NowApi(serving::read, pipeline::check, Clock.systemUTC());
        PageGuard guard = new PageGuard(address.page(), security.authorization());
        server.createContext("/", guard.around(new PageAssets()));
        server.createContext("/api/specs", guard.around(new SpecsApi(VegaSpecs.bundled())));
        server.createContext("/api/dashboards", guard.around(new DashboardsApi(dashboards)));
        server.createContext("/api/now", guard.around(now));
        URI prober = URI.create(StackAddress.url(address.watch()) + "/freshness");
        server.createContext("/api/freshness", guard.around(new FreshnessApi(prober, client)));
        server.createContext("/api/es/", guard.around(new SearchProxy(access, client)));
        security.tokens().ifPresent(tokens -> server.createContext(TokenEndpoint.PATH, tokens));
        server.setExecutor(threads);
        server.start();
        return new PageServer(access, server, threads, serving);
    }

    private static HttpServer create(InetSocketAddress address, PageSecurity security) throws IOException {
        if (security.tls().isEmpty()) {
            return HttpServer.create(address, BACKLOG);
        }
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(security.tls().get()));
        return server;
    }

    /** Where a browser finds the page. */
    public String url() {
        return access.url(access.address().page());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        serving.close();
    }

    private static java.util.concurrent.ThreadFactory daemons() {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "page-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
