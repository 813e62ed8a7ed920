package io.millrace.local.page;

import com.sun.net.httpserver.HttpServer;
import io.millrace.local.StackAddress;
import io.millrace.local.dashboards.PageDashboards;
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

    private final StackAddress address;
    private final HttpServer server;
    private final ExecutorService threads;
    private final ServingReader serving;

    private PageServer(StackAddress address, HttpServer server, ExecutorService threads, ServingReader serving) {
        this.address = address;
        this.server = server;
        this.threads = threads;
        this.serving = serving;
    }

    /**
     * Binds {@code 127.0.0.1:address.page()} and begins to serve.
     *
     * @throws IOException when the port cannot be bound
     */
    public static PageServer start(StackAddress address) throws IOException {
        Checkout checkout = Checkout.current();
        return start(address, new PageDashboards(checkout.dashboards(), checkout.contracts()));
    }

    /** @param dashboards which the page shows beside its own charts */
    public static PageServer start(StackAddress address, PageDashboards dashboards) throws IOException {
        HttpServer server;
        try {
            server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getByName(StackAddress.HOST), address.page()), 64);
        } catch (IOException e) {
            throw new IOException(
                    "the page cannot listen on " + StackAddress.url(address.page()) + ": " + e.getMessage()
                            + "; choose another range with --port-base",
                    e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, daemons());
        HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        ServingReader serving = new ServingReader(address.redis());
        PipelineProbe pipeline = new PipelineProbe(address, client);
        NowApi now = new NowApi(serving::read, pipeline::check, Clock.systemUTC());
        PageGuard guard = new PageGuard(address.page());
        server.createContext("/", guard.around(new PageAssets()));
        server.createContext("/api/specs", guard.around(new SpecsApi(VegaSpecs.bundled())));
        server.createContext("/api/dashboards", guard.around(new DashboardsApi(dashboards)));
        server.createContext("/api/now", guard.around(now));
        URI prober = URI.create(StackAddress.url(address.watch()) + "/freshness");
        server.createContext("/api/freshness", guard.around(new FreshnessApi(prober, client)));
        server.createContext(
                "/api/es/", guard.around(new SearchProxy(StackAddress.url(address.elasticsearch()), client)));
        server.setExecutor(threads);
        server.start();
        return new PageServer(address, server, threads, serving);
    }

    /** Where a browser finds the page. */
    public String url() {
        return StackAddress.url(address.page());
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
