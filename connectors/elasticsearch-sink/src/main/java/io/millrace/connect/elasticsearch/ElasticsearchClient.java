package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.FatalFailure;
import io.millrace.connect.commons.JsonBytes;
import io.millrace.connect.commons.RetriableFailure;
import io.millrace.connect.commons.SinkFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.apache.http.HttpEntity;
import org.apache.http.HttpHost;
import org.apache.http.entity.ContentType;
import org.apache.http.nio.entity.NByteArrayEntity;
import org.elasticsearch.client.Request;
import org.elasticsearch.client.RequestOptions;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.elasticsearch.client.ResponseListener;
import org.elasticsearch.client.RestClient;

/** The requests that the sink makes, over the low-level client: bulk requests without waiting, all others blocking. */
final class ElasticsearchClient implements BulkTransport, AutoCloseable {

    private static final ContentType NDJSON = ContentType.create("application/x-ndjson");
    private static final int TOO_LARGE = 413;

    /** Less than the socket timeout, so that a shard that is not there is told by an answer and not by silence. */
    private static final String SHARD_TIMEOUT = "10s";

    private static final RequestOptions GZIPPED = RequestOptions.DEFAULT.toBuilder()
            .addHeader("Content-Encoding", "gzip")
            .build();

    private final RestClient rest;
    private final String address;
    private final boolean compressed;

    ElasticsearchClient(ElasticsearchSinkConfig config) {
        address = config.hosts().stream().map(HttpHost::toHostString).collect(Collectors.joining(","));
        rest = Connections.open(config);
        compressed = config.isCompressed();
    }

    @Override
    public String address() {
        return address;
    }

    /**
     * An answer.
     *
     * @param status HTTP status
     * @param body its bytes; empty when it has none
     */
    record Answer(int status, byte[] body) {

        boolean isSuccess() {
            return status < 300;
        }

        Optional<String> mappingFault() {
            return ErrorAnswer.mappingFault(body);
        }

        ErrorAnswer error() {
            return ErrorAnswer.of(status, body);
        }
    }

    /** Fails unless the cluster answers and lets this user in. */
    void ping() {
        // GET / is not asked for: distributions without that endpoint answer 405.
        Request health = new Request("GET", "/_cluster/health");
        health.addParameter("timeout", "1s");
        Answer answer = perform(health);
        // A cluster that waits for its timeout answers 408; it is there, and the writes will tell more. So does one
        // that refuses to tell its health to a user who may only write.
        if (!answer.isSuccess() && answer.status() != 408 && answer.status() != 403) {
            throw answer.error().failure(address);
        }
    }

    Answer get(String path) {
        return perform(new Request("GET", path));
    }

    Answer head(String path) {
        return perform(new Request("HEAD", path));
    }

    Answer put(String path, Map<String, ?> body) {
        return send("PUT", path, body);
    }

    Answer post(String path, Map<String, ?> body) {
        return send("POST", path, body);
    }

    private Answer send(String method, String path, Map<String, ?> body) {
        Request request = new Request(method, path);
        request.setEntity(new NByteArrayEntity(Json.bytes(body), ContentType.APPLICATION_JSON));
        return perform(request);
    }

    /** Sends a few documents and waits; the errors by item, none when all were written. */
    List<ErrorAnswer> bulkNow(JsonBytes lines, int items) {
        Answer answer = perform(bulkRequest(lines.array(), 0, lines.size()));
        if (!answer.isSuccess()) {
            throw answer.error().failure(address);
        }
        return BulkAnswer.errors(new ByteArrayInputStream(answer.body()), items);
    }

    @Override
    public void bulk(byte[] bytes, int from, int to, int items, Consumer<Reply> reply) {
        try {
            rest.performRequestAsync(bulkRequest(bytes, from, to), new ResponseListener() {
                @Override
                public void onSuccess(Response response) {
                    reply.accept(answered(response, items));
                }

                @Override
                public void onFailure(Exception failure) {
                    reply.accept(failed(failure));
                }
            });
        } catch (RuntimeException closed) {
            reply.accept(new Failed(unreachable(closed)));
        }
    }

    @Override
    public void close() {
        try {
            rest.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Request bulkRequest(byte[] bytes, int from, int to) {
        Request request = new Request("POST", "/_bulk");
        // Cut down to what tells success from failure; the first field says whether the rest has to be read.
        request.addParameter("filter_path", "errors,items.*.status,items.*.error.type,items.*.error.reason");
        request.addParameter("timeout", SHARD_TIMEOUT);
        if (compressed) {
            Gzip zipped = Gzip.of(bytes, from, to);
            request.setEntity(new NByteArrayEntity(zipped.bytes(), 0, zipped.length(), NDJSON));
            request.setOptions(GZIPPED);
        } else {
            request.setEntity(new NByteArrayEntity(bytes, from, to - from, NDJSON));
        }
        return request;
    }

    private Reply answered(Response response, int items) {
        try (InputStream content = response.getEntity().getContent()) {
            return new Answered(BulkAnswer.errors(content, items));
        } catch (IOException | RuntimeException unreadable) {
            return new Failed(unreadable instanceof SinkFailure failure ? failure : unreachable(unreadable));
        }
    }

    private Reply failed(Exception failure) {
        try {
            if (failure instanceof ResponseException refused) {
                ErrorAnswer error = answer(refused.getResponse()).error();
                return error.status() == TOO_LARGE ? new TooLarge(error) : new Failed(error.failure(address));
            }
            return new Failed(failure(failure));
        } catch (IOException | RuntimeException unreadable) {
            return new Failed(unreachable(unreadable));
        }
    }

    private Answer perform(Request request) {
        try {
            return answer(rest.performRequest(request));
        } catch (ResponseException refused) {
            return answerOf(refused);
        } catch (IOException failure) {
            throw failure(failure);
        }
    }

    private Answer answerOf(ResponseException refused) {
        try {
            return answer(refused.getResponse());
        } catch (IOException unreadable) {
            throw unreachable(unreadable);
        }
    }

    private SinkFailure failure(Exception failure) {
        if (failure instanceof SSLException) {
            return new FatalFailure(
                    ConnectionKeys.TRUSTSTORE,
                    "TLS with Elasticsearch at " + address + " failed (" + failure.getMessage()
                            + "); check the certificates and tls.truststore.location, or use http:// without TLS",
                    failure);
        }
        return unreachable(failure);
    }

    private RetriableFailure unreachable(Exception failure) {
        String reason = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new RetriableFailure("Elasticsearch at " + address + " is not reachable (" + reason + ")", failure);
    }

    private static Answer answer(Response response) throws IOException {
        int status = response.getStatusLine().getStatusCode();
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return new Answer(status, new byte[0]);
        }
        try (InputStream content = entity.getContent()) {
            return new Answer(status, content.readAllBytes());
        }
    }
}
