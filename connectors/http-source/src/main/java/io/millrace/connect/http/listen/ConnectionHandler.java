package io.millrace.connect.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
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

    private final Requests requests;
    private final RequestHead heads;
    private final StatePages pages;

    private final Queue<Object> ahead = new ArrayDeque<>();
    private State state = State.IDLE;
    private HttpRequest head;
    private EventKind kind;
    private BodyBuffer body;
    private Answer refusal;
    private int discarded;
    private ScheduledFuture<?> deadline;

    ConnectionHandler(Requests requests, RequestHead heads, StatePages pages) {
        this.requests = requests;
        this.heads = heads;
        this.pages = pages;
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
        if (state != State.ANSWERING) {
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

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        if (state == State.CLOSING) {
            return;
        }
        head = request;
        try {
            RequestHead.Target target = heads.check(request);
            if (target.send()) {
                kind = target.kind().orElseThrow();
                receive(ctx);
            } else {
                refuse(ctx, pages.answer(target));
            }
        } catch (Rejection e) {
            refuse(ctx, Answer.of(e));
        }
    }

    private void receive(ChannelHandlerContext ctx) {
        state = State.RECEIVING;
        body = new BodyBuffer(
                ctx.alloc(),
                HttpUtil.getContentLength(head, 0L),
                requests.limits().requestBytes(),
                requests.lease());
        deadline = ctx.executor().schedule(() -> tooSlow(ctx), requests.limits().timeoutMs(), TimeUnit.MILLISECONDS);
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
            refuse(ctx, Answer.of(heads.tooLarge()));
        } else if (!body.append(content.content())) {
            refuse(ctx, Answer.of(Rejection.overCapacity()));
        }
    }

    private void submit(ChannelHandlerContext ctx) {
        state = State.ANSWERING;
        deadline.cancel(false);
        try {
            ClientFacts client = new ClientFacts(address(ctx), head.headers().get(HttpHeaderNames.USER_AGENT));
            Submission submission = requests.submit(
                    kind,
                    body.body(RequestHead.gzip(head.headers())),
                    client,
                    body.handOver(),
                    answer -> answerLater(ctx, answer));
            deadline = ctx.executor()
                    .schedule(
                            () -> requests.expire(submission), requests.limits().timeoutMs(), TimeUnit.MILLISECONDS);
        } catch (Rejection e) {
            write(ctx, Answer.of(e), true);
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
            long limit = requests.limits().timeoutMs();
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
        if (answer.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
            response.headers().set(HttpHeaderNames.ALLOW, heads.allowed(head.uri()));
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

    private static String address(ChannelHandlerContext ctx) {
        return ctx.channel().remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress()
                : "unknown";
    }
}
