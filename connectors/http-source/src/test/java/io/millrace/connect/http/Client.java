package io.millrace.connect.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Short words for requests. */
final class Client {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Client() {}

    /** @param headers names and values in turn */
    static HttpResponse<String> post(String url, String body, String... headers)
            throws IOException, InterruptedException {
        return post(url, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    static HttpResponse<String> post(String url, byte[] body, String... headers)
            throws IOException, InterruptedException {
        return send("POST", url, HttpRequest.BodyPublishers.ofByteArray(body), headers);
    }

    static HttpResponse<String> get(String url, String... headers) throws IOException, InterruptedException {
        return send("GET", url, HttpRequest.BodyPublishers.noBody(), headers);
    }

    static HttpResponse<String> send(String method, String url, HttpRequest.BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(60));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofString());
    }
}
