package io.millrace.connect.http.listen;

import io.millrace.connect.http.answer.Answer;
import io.millrace.connect.http.answer.Rejection;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection. Everything but {@link #answerLater} runs on the connection's event loop.
 *
 * <pre>
 * IDLE --head--> RECEIVING --end of body--> ANSWERING --answer written--> IDLE
 *   \--refused--> DISCARDING --end of body, refused in good time--> IDLE
 *                            --body too long, or never to end--> CLOSING
 * </pre>
 *
 * While an answer is due the socket is not read, so the records of a connection reach Kafka in its order, and a client
 * that sends ahead waits. What one read of the socket had brought already is kept meanwhile. (Netty's FlowControlHandler
 * would do this, but since 4.2.15 it forgets a read that is asked for inside channelRead.)
 */
final class ConnectionHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

    /** How much of a refused body is read so that the client can go on with its connection. */
    private static final int DISCARDED_BYTES = 1 << 20;
    /** How long a client may still send after it was answered; closing at once could lose it the answer. */
    private static final int LINGER_MS = 1_000;

    private enum State {
        IDLE,
        RECEIVING,
        ANSWERING,
        DISCARDING,
        CLOSING
    }

    private final Routes routes;

    private final Queue<Object> ahead = new ArrayDeque<>();
    private State state = State.IDLE;
    private HttpRequest head;
    private Request request;
    private Endpoint endpoint;
    private Endpoint.Upload upload;
    private BodyBuffer body;
    private Answer refusal;
    private int discarded;
    private ScheduledFuture<?> deadline;

    ConnectionHandler(Routes routes) {
        this.routes = routes;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (state == State.ANSWERING) {
            ahead.add(message);
        } else {
            handle(ctx, message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readOn(ctx);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        readOn(ctx);
    }

    /** A client that does not read its answers is not read either. */
    private void readOn(ChannelHandlerContext ctx) {
        if (state != State.ANSWERING && ctx.channel().isWritable()) {
            ctx.read();
        }
    }

    private void handle(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpRequest request) {
                begin(ctx, request);
            }
            if (message instanceof HttpContent content) {
                content(ctx, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void goOn(ChannelHandlerContext ctx) {
        while (state != State.ANSWERING && !ahead.isEmpty()) {
            handle(ctx, ahead.poll());
        }
        channelReadComplete(ctx);
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest received) {
        if (state == State.CLOSING) {
            return;
        }
        head = received;
        request = null;
        endpoint = null;
        try {
            requireWellFormed(received);
            request = Request.of(received, address(ctx), certificate(ctx));
            Optional<Answer> page = routes.stateOf(request);
            if (page.isPresent()) {
                refuse(ctx, page.get());
                return;
            }
            endpoint = routes.find(request);
            Endpoint.Taken taken = endpoint.begin(request);
            if (taken instanceof Endpoint.Upload wanted) {
                upload = wanted;
                receive(ctx);
            } else if (taken instanceof Endpoint.Answered answered) {
                refuse(ctx, answered.answer());
            }
        } catch (Rejection e) {
            refuse(ctx, Answer.of(e));
        } catch (IllegalArgumentException e) {
            refuse(ctx, Answer.of(Rejection.badRequest("the address of the request is malformed")));
        }
    }

    private static void requireWellFormed(HttpRequest received) throws Rejection {
        if (received.decoderResult().isFailure()) {
            Throwable cause = received.decoderResult().cause();
            throw cause instanceof TooLongHttpHeaderException || cause instanceof TooLongHttpLineException
                    ? Rejection.headersTooLarge(
                            "the request line or the headers are longer than max.header.bytes of the collector")
                    : Rejection.badRequest("this is not HTTP/1.1: " + cause.getMessage());
        }
    }

    private void receive(ChannelHandlerContext ctx) {
        state = State.RECEIVING;
        body = new BodyBuffer(ctx.alloc(), HttpUtil.getContentLength(head, 0L), upload.maxBytes(), upload.lease());
        deadline = ctx.executor().schedule(() -> tooSlow(ctx), upload.timeoutMs(), TimeUnit.MILLISECONDS);
        if (HttpUtil.is100ContinueExpected(head)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
        }
    }

    private void content(ChannelHandlerContext ctx, HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (state == State.RECEIVING) {
            append(ctx, content);
        } else {
            discarded += content.content().readableBytes();
        }
        if (state == State.RECEIVING && last) {
            submit(ctx);
        } else if (state == State.DISCARDING && last) {
            write(ctx, refusal, true);
        } else if (state == State.DISCARDING && discarded > DISCARDED_BYTES) {
            write(ctx, refusal, false);
        } else if (state == State.CLOSING && last) {
            ctx.close();
        }
    }

    private void append(ChannelHandlerContext ctx, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            String reason = content.decoderResult().cause().getMessage();
            refuse(ctx, Answer.of(Rejection.badRequest("the body is not HTTP/1.1: " + reason)));
        } else if (body.isTooLarge(content.content().readableBytes())) {
            refuse(ctx, Answer.of(upload.tooLarge()));
        } else if (!body.append(content.content())) {
            refuse(ctx, Answer.of(Rejection.overCapacity()));
        }
    }

    private void submit(ChannelHandlerContext ctx) {
        state = State.ANSWERING;
        deadline.cancel(false);
        // From here on the memory is the upload's, whatever comes.
        body.handOver();
        try {
            Runnable expire =
                    upload.submit(body.array(), body.offset(), body.length(), answer -> answerLater(ctx, answer));
            deadline = ctx.executor().schedule(expire, upload.timeoutMs(), TimeUnit.MILLISECONDS);
        } catch (Rejection e) {
            write(ctx, Answer.of(e), true);
        } catch (RuntimeException e) {
            LOG.error("A request could not be handled; please report this", e);
            write(ctx, Answer.of(Rejection.internal()), true);
        } finally {
            releaseBody();
        }
    }

    /** Takes the answer to a submission from any thread, among them the producer's. */
    private void answerLater(ChannelHandlerContext ctx, Answer answer) {
        try {
            ctx.executor().execute(() -> {
                deadline.cancel(false);
                write(ctx, answer, true);
                goOn(ctx);
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The listener is closed; an answer with status {} is not sent", answer.status());
        }
    }

    /** Answers without the body: at its end if that is near, or now if the client waits or it is long. */
    private void refuse(ChannelHandlerContext ctx, Answer answer) {
        release();
        refusal = answer;
        discarded = 0;
        state = State.DISCARDING;
        boolean broken = head.decoderResult().isFailure();
        if (broken || HttpUtil.is100ContinueExpected(head) || HttpUtil.getContentLength(head, 0L) > DISCARDED_BYTES) {
            write(ctx, answer, false);
        }
    }

    private void tooSlow(ChannelHandlerContext ctx) {
        if (state == State.RECEIVING) {
            long limit = upload.timeoutMs();
            refuse(ctx, Answer.of(Rejection.receivedTooSlowly("the body was not complete within " + limit + " ms")));
        }
        if (state == State.DISCARDING) {
            write(ctx, refusal, false);
        }
    }

    /** @param bodyEnded whether the client has nothing more to send */
    private void write(ChannelHandlerContext ctx, Answer answer, boolean bodyEnded) {
        boolean keepAlive = bodyEnded && HttpUtil.isKeepAlive(head);
        FullHttpResponse response = answer.response(head.method() == HttpMethod.HEAD);
        if (endpoint != null) {
            endpoint.addHeaders(request, response.headers());
        }
        HttpUtil.setKeepAlive(response, keepAlive);
        if (keepAlive) {
            state = State.IDLE;
            ctx.writeAndFlush(response);
        } else if (bodyEnded) {
            state = State.CLOSING;
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
        } else {
            state = State.CLOSING;
            ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
            ctx.executor().schedule(() -> ctx.close(), LINGER_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent && state == State.IDLE) {
            ctx.close();
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        // What was submitted stays: its records may be in Kafka already, and its deadline still frees its memory.
        if (state != State.ANSWERING) {
            release();
        }
        ahead.forEach(ReferenceCountUtil::release);
        ahead.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("Connection from {} failed", ctx.channel().remoteAddress(), cause);
        ctx.close();
    }

    private void release() {
        if (deadline != null) {
            deadline.cancel(false);
        }
        releaseBody();
    }

    private void releaseBody() {
        if (body != null) {
            body.release();
            body = null;
        }
    }

    private static InetAddress address(ChannelHandlerContext ctx) {
        return ((InetSocketAddress) ctx.channel().remoteAddress()).getAddress();
    }

    private static Optional<String> certificate(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        return tls == null ? Optional.empty() : Tls.client(tls.engine().getSession());
    }
}
