package io.millrace.connect.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open port and its connections. */
final class HttpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    private static final long BIND_PAUSE_MS = 200;

    private final EventLoopGroup loops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private Channel port;

    private HttpListener(int threads) {
        loops = new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory("http-source", true), NioIoHandler.newFactory());
    }

    /**
     * Opens the port, waiting for one that is still in use: the task that this one replaces may be closing it.
     *
     * @throws ConnectException when the port cannot be had in time
     */
    static HttpListener open(HttpSourceConfig config, Requests requests, LiveKinds kinds) {
        HttpListener listener = new HttpListener(config.threads());
        try {
            listener.bind(config, new Connections(listener.connections, config, requests, kinds));
            return listener;
        } catch (RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) port.localAddress();
    }

    /** Closes the port for new connections; those that are open go on. */
    void stopAccepting() {
        if (port != null) {
            port.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }

    /** Closes everything; returns within about two seconds. */
    @Override
    public void close() {
        stopAccepting();
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private void bind(HttpSourceConfig config, Connections connections) {
        InetSocketAddress address = new InetSocketAddress(config.host(), config.port());
        if (address.isUnresolved()) {
            throw new ConnectException(
                    "host " + config.host() + " is not known; set host to an address of this machine");
        }
        ServerBootstrap server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(1 << 10, 4 << 10, 32 << 10))
                .childHandler(connections);
        Duration patience = config.bindTimeout();
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            ChannelFuture bound = server.bind(address).awaitUninterruptibly();
            if (bound.isSuccess()) {
                port = bound.channel();
                LOG.info("Listening on {}", port.localAddress());
                return;
            }
            if (System.nanoTime() >= end) {
                throw new ConnectException(
                        "cannot listen on " + address + " (tried for " + patience.toMillis() + " ms): "
                                + bound.cause().getMessage() + "; free the port or set another one with port",
                        bound.cause());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BIND_PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectException("interrupted while waiting for the port", e);
        }
    }

    /** Sets each new connection up. */
    private static final class Connections extends ChannelInitializer<SocketChannel> {
        private final ChannelGroup open;
        private final Requests requests;
        private final RequestHead heads;
        private final StatePages pages;
        private final int limit;
        private final long idleMs;

        Connections(ChannelGroup open, HttpSourceConfig config, Requests requests, LiveKinds kinds) {
            this.open = open;
            this.requests = requests;
            this.heads =
                    new RequestHead(config.path(), kinds::now, requests.limits().requestBytes());
            this.pages = new StatePages(config.path(), requests, kinds);
            this.limit = config.maxConnections();
            this.idleMs = config.idleTimeout().toMillis();
        }

        @Override
        protected void initChannel(SocketChannel channel) {
            if (open.size() >= limit) {
                channel.close();
                return;
            }
            open.add(channel);
            channel.pipeline()
                    .addLast(new HttpServerCodec())
                    // After the codec, so that a head that trickles in byte by byte counts as nothing.
                    .addLast(new IdleStateHandler(idleMs, 0, 0, TimeUnit.MILLISECONDS))
                    .addLast(new ConnectionHandler(requests, heads, pages));
        }
    }
}
