package io.millrace.connect.redis;

import io.millrace.connect.commons.RetriableFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * A Jedis connection, used for whole pipelines: a Connect task is one thread that waits for its batch anyway. Jedis
 * connects and authenticates; batches are written to its socket as they were encoded, and replies are read from there.
 */
final class JedisTransport implements RedisTransport {

    /** Less than any system keeps for a socket that is not read from, so that writing it cannot block. */
    private static final int UNGUARDED_BYTES = 4 * 1024;

    private final String address;
    private final int timeoutMs;
    private final CapturedSocket sockets;
    private final Connection connection;
    private final RespReader reader;
    private WriteLimit limit;

    /** Remembers the socket that Jedis works on. */
    private static final class CapturedSocket implements JedisSocketFactory {
        private final DefaultJedisSocketFactory factory;
        private final HostAndPort server;
        private final Optional<TlsSockets> tls;
        private Socket socket;

        CapturedSocket(HostAndPort server, JedisClientConfig settings, Optional<TlsSockets> tls) {
            this.factory = new DefaultJedisSocketFactory(server, settings);
            this.server = server;
            this.tls = tls;
        }

        @Override
        public Socket createSocket() {
            socket = factory.createSocket();
            if (tls.isPresent()) {
                try {
                    socket = tls.get().over(socket, server);
                } catch (IOException failed) {
                    close();
                    throw new JedisConnectionException(failed);
                }
            }
            return socket;
        }

        private void close() {
            try {
                socket.close();
            } catch (IOException alreadyGone) {
                // Why it failed is told already.
            }
        }

        InputStream input() {
            try {
                return socket.getInputStream();
            } catch (IOException lost) {
                throw new JedisConnectionException(lost);
            }
        }
    }

    /**
     * Connects and authenticates.
     *
     * @param tls what to put over the connection; nothing for none
     * @throws JedisConnectionException when that is not possible
     * @throws JedisDataException when the server refuses
     */
    JedisTransport(HostAndPort server, JedisClientConfig settings, Optional<TlsSockets> tls) {
        this.address = server.toString();
        this.timeoutMs = settings.getSocketTimeoutMillis();
        this.sockets = new CapturedSocket(server, settings, tls);
        this.connection = new Connection(sockets, settings);
        this.reader = new RespReader(sockets.input());
    }

    @Override
    public void send(RespBuffer commands) {
        if (limit == null && commands.size() > UNGUARDED_BYTES) {
            limit = new WriteLimit(sockets.socket, timeoutMs);
        }
        try {
            if (limit != null) {
                limit.begin();
            }
            commands.writeTo(sockets.socket.getOutputStream());
        } catch (IOException lost) {
            throw limit != null && limit.isExceeded()
                    ? new RetriableFailure(
                            "Redis at " + address + " did not take a batch within " + timeoutMs + " ms", lost)
                    : RedisConnections.unreachable(address, lost);
        } finally {
            if (limit != null) {
                limit.end();
            }
        }
    }

    @Override
    public List<Object> receive(int replies) {
        List<Object> received = new ArrayList<>(replies);
        try {
            for (int i = 0; i < replies; i++) {
                received.add(reader.read());
            }
            return received;
        } catch (IOException lost) {
            throw RedisConnections.unreachable(address, lost);
        }
    }

    @Override
    public int available() {
        try {
            return reader.available();
        } catch (IOException lost) {
            // Receiving will find out.
            return 0;
        }
    }

    @Override
    public void close() {
        if (limit != null) {
            limit.close();
        }
        try {
            connection.disconnect();
        } catch (JedisConnectionException alreadyGone) {
            // Nothing is left to close.
        }
    }
}
