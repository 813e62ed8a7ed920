package io.millrace.local.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;

/** The page's own files and the two libraries it draws with, all from the class path. */
final class PageAssets implements HttpHandler {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, String> libraries;
    private final Map<String, byte[]> loaded = new ConcurrentHashMap<>();

    PageAssets() {
        this.libraries = Map.of(
                "/lib/vega.js",
                webjar("vega", "vega.min.js"),
                "/lib/vega-lite.js",
                webjar("vega-lite", "vega-lite.min.js"));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        if (!Answers.allow(exchange, "GET", "HEAD")) {
            return;
        }
        String path = exchange.getRequestURI().getPath();
        String library = libraries.get(path);
        byte[] body = library == null ? read(ownFile(path)) : loaded.computeIfAbsent(library, PageAssets::read);
        if (body == null) {
            Answers.bytes(exchange, 404, "text/plain; charset=utf-8", Answers.utf8("There is no such page.\n"));
            return;
        }
        exchange.getResponseHeaders().set("Cache-Control", library == null ? "no-cache" : "max-age=86400");
        Answers.bytes(exchange, 200, TYPES.get(extension(path)), body);
    }

    /** Only plain names are looked up, so no path can leave the folder; null when the name is not plain. */
    private static String ownFile(String path) {
        if (path.equals("/")) {
            return "/page/index.html";
        }
        return path.matches("/[a-z][a-z-]*\\.(css|js|svg)") ? "/page" + path : null;
    }

    private static String extension(String path) {
        return path.equals("/") ? "html" : path.substring(path.lastIndexOf('.') + 1);
    }

    private static byte[] read(String resource) {
        if (resource == null) {
            return null;
        }
        try (InputStream in = PageAssets.class.getResourceAsStream(resource)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + resource + " from the class path", e);
        }
    }

    /** A webjar's folder carries its version, which its own pom.properties tells. */
    private static String webjar(String name, String file) {
        String described = "/META-INF/maven/org.webjars/" + name + "/pom.properties";
        Properties properties = new Properties();
        try (InputStream in = PageAssets.class.getResourceAsStream(described)) {
            if (in == null) {
                throw new IllegalStateException("the page needs org.webjars:" + name + " on the class path");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + described, e);
        }
        return "/META-INF/resources/webjars/" + name + "/" + properties.getProperty("version") + "/" + file;
    }
}
