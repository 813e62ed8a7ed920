package io.millrace.connect.elasticsearch;

import io.millrace.connect.commons.TlsFiles;
import java.util.Optional;
import org.apache.http.Header;
import org.apache.http.HttpHost;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;
import org.apache.http.impl.nio.reactor.IOReactorConfig;
import org.apache.http.message.BasicHeader;
import org.elasticsearch.client.RestClient;

/** Makes clients as the configuration says. */
final class Connections {

    private Connections() {}

    static RestClient open(ElasticsearchSinkConfig config) {
        Optional<Header> authorization = config.secret(ConnectionKeys.API_KEY)
                .map(key -> "ApiKey " + key)
                .or(() -> config.secret(ConnectionKeys.BEARER_TOKEN).map(token -> "Bearer " + token))
                .map(value -> new BasicHeader("Authorization", value));
        int perHost = config.getInt(WriteKeys.MAX_IN_FLIGHT) + 1;
        return RestClient.builder(config.hosts().toArray(HttpHost[]::new))
                .setDefaultHeaders(authorization.stream().toArray(Header[]::new))
                .setRequestConfigCallback(
                        request -> request.setConnectTimeout(config.getInt(ConnectionKeys.CONNECT_TIMEOUT_MS))
                                .setSocketTimeout(config.getInt(ConnectionKeys.SOCKET_TIMEOUT_MS)))
                .setHttpClientConfigCallback(http -> customized(http, config)
                        .setMaxConnPerRoute(perHost)
                        .setMaxConnTotal(perHost * config.hosts().size()))
                .build();
    }

    private static HttpAsyncClientBuilder customized(HttpAsyncClientBuilder http, ElasticsearchSinkConfig config) {
        http.setDefaultIOReactorConfig(IOReactorConfig.custom()
                .setIoThreadCount(1)
                .setSoKeepAlive(true)
                .setConnectTimeout(config.getInt(ConnectionKeys.CONNECT_TIMEOUT_MS))
                .build());
        config.text(ConnectionKeys.USERNAME).ifPresent(user -> {
            BasicCredentialsProvider credentials = new BasicCredentialsProvider();
            credentials.setCredentials(
                    AuthScope.ANY,
                    new UsernamePasswordCredentials(
                            user, config.secret(ConnectionKeys.PASSWORD).orElse("")));
            http.setDefaultCredentialsProvider(credentials);
        });
        TlsFiles.context(config::text, config::secret).ifPresent(http::setSSLContext);
        if (!config.getBoolean(ConnectionKeys.VERIFY_HOSTNAME)) {
            http.setSSLHostnameVerifier(NoopHostnameVerifier.INSTANCE);
        }
        return http;
    }
}
