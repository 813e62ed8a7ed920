package io.millrace.local.stack;

import io.millrace.local.StackAddress;
import java.nio.file.Path;
import java.util.List;

/** Redis with an append-only file: what it acknowledged survives a kill. */
final class RedisService {
    static final String NAME = "redis";

    private RedisService() {}

    static ServiceSpec spec(StackContext context) {
        Path conf = context.folder().conf(NAME);
        Path data = context.folder().data(NAME);
        int port = context.address().redis();
        return ServiceSpec.of(
                NAME,
                port,
                data,
                () -> {
                    context.servers().unpack(Servers.REDIS);
                    StackContext.write(
                            conf.resolve("redis.conf"),
                            settings(context.security().redis(), data));
                },
                List.of(
                        context.servers().redis().toString(),
                        conf.resolve("redis.conf").toString()),
                context.probes().redis());
    }

    static String settings(String listener, Path data) {
        return """
                bind %s
                %s
                dir "%s"
                daemonize no
                appendonly yes
                appendfsync everysec
                save ""
                """
                .formatted(StackAddress.HOST, listener, data);
    }
}
