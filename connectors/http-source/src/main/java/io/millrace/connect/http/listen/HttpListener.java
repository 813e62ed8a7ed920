package io.millrace.connect.http.listen;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open port and its connections. */
final class HttpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    private static final int BACKLOG = 1024;

    /** What a connection may hold of answers that its client does not read, before nothing more is read from it. */
    private static final WriteBufferWaterMark UNREAD_ANSWERS = new WriteBufferWaterMark(8 << 10, 32 << 10);

    private static final byte[] TOO_MANY = ("HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\n"
                    + "Retry-After: 1\r\nConnection: close\r\nContent-Length: 76\r\n\r\n"
                    + "{\"error\":\"too_many_connections\",\"reason\":\"max.connections are open already\"}")
            .getBytes(StandardCharsets.US_ASCII);

    private final EventLoopGroup loops;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Routes routes = new Routes();
    private final ListenerSettings settings;
    private Channel port;

    private HttpListener(ListenerSettings settings) {
        this.settings = settings;
        this.loops = new MultiThreadIoEventLoopGroup(
                settings.threads(), new DefaultThreadFactory("http-source", true), NioIoHandler.newFactory());
    }

    /** @throws ConnectException when the port cannot be had now */
    static HttpListener open(ListenerSettings settings) {
        HttpListener listener = new HttpListener(settings);
        try {
            listener.bind();
            return listener;
        } catch (RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) port.localAddress();
    }

    ListenerSettings settings() {
        return settings;
    }

    Routes routes() {
        return routes;
    }

    /** Closes everything; returns within about two seconds. */
    @Override
    public void close() {
        if (port != null) {
            port.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        // What was answered last is on its way through the loops: they run what they have before they end.
        connections.flush();
        connections.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private void bind() {
        InetSocketAddress address = new InetSocketAddress(settings.host(), settings.port());
        if (address.isUnresolved()) {
            throw new ConnectException(
                    "host " + settings.host() + " is not known; set host to an address of this machine");
        }
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD_ANSWERS)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR, new AdaptiveRecvByteBufAllocator(1 << 10, 4 << 10, 32 << 10))
                .childHandler(new Connections())
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new ConnectException(
                    bound.cause().getMessage() + "; free the port or set another one with port", bound.cause());
        }
        port = bound.channel();
        LOG.info("Listening on {}", port.localAddress());
    }

    /** Sets each new connection up. */
    private final class Connections extends ChannelInitializer<SocketChannel> {
        private final Optional<SslContext> tls = settings.tls().map(Tls::context);

        @Override
        protected void initChannel(SocketChannel channel) {
            if (connections.size() >= settings.maxConnections()) {
                refuse(channel);
                return;
            }
            connections.add(channel);
            tls.ifPresent(context -> channel.pipeline().addLast(context.newHandler(channel.alloc())));
            channel.pipeline()
                    .addLast(new HttpServerCodec(new HttpDecoderConfig()
                            .setMaxInitialLineLength(settings.maxHeaderBytes())
                            .setMaxHeaderSize(settings.maxHeaderBytes())))
                    // After the codec, so that a head that trickles in byte by byte counts as nothing.
                    .addLast(new IdleStateHandler(settings.idleMs(), 0, 0, TimeUnit.MILLISECONDS))
                    .addLast(new ConnectionHandler(routes));
        }

        private void refuse(SocketChannel channel) {
            if (tls.isPresent()) {
                channel.close();
                return;
            }
            ByteBuf answer = Unpooled.wrappedBuffer(TOO_MANY);
            channel.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
