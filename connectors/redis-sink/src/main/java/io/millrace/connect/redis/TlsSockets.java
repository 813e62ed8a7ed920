package io.millrace.connect.redis;

import io.millrace.connect.commons.TlsFiles;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import redis.clients.jedis.HostAndPort;

/** Puts TLS over connections, with the trust and the identity of one connector. */
final class TlsSockets {

    private final SSLSocketFactory sockets;
    private final boolean verifiesHosts;

    private TlsSockets(SSLSocketFactory sockets, boolean verifiesHosts) {
        this.sockets = sockets;
        this.verifiesHosts = verifiesHosts;
    }

    /**
     * What the configuration asks for; nothing when its address has no TLS.
     *
     * @throws org.apache.kafka.common.config.ConfigException with the setting whose file cannot be used
     */
    static Optional<TlsSockets> of(RedisSinkConfig config) {
        if (!config.address().tls()) {
            return Optional.empty();
        }
        SSLSocketFactory sockets = TlsFiles.context(config::text, config::secret)
                .map(SSLContext::getSocketFactory)
                .orElseGet(() -> (SSLSocketFactory) SSLSocketFactory.getDefault());
        return Optional.of(new TlsSockets(sockets, config.getBoolean(ConnectionKeys.VERIFY_HOSTNAME)));
    }

    /** The connection with TLS, after the handshake; closing it closes the one below. */
    Socket over(Socket connected, HostAndPort server) throws IOException {
        SSLSocket secured = (SSLSocket) sockets.createSocket(connected, server.getHost(), server.getPort(), true);
        if (verifiesHosts) {
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
        }
        secured.startHandshake();
        return secured;
    }
}
