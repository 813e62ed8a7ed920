package io.millrace.connect.redis;

import io.millrace.connect.commons.ConnectJson;
import io.millrace.connect.commons.FlatFields;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;

/** What a program by hand would send for the records, made before the clock starts: a hash is deleted and set. */
final class RawPipeline {

    private final RedisServer server;
    private final List<List<RedisCommand>> batches = new ArrayList<>();

    RawPipeline(RedisServer server, String mode, BenchRecords records) {
        this.server = server;
        records.polls()
                .forEach(poll -> batches.add(
                        poll.stream().flatMap(record -> commands(mode, record)).toList()));
    }

    /** A pipeline of Jedis for each poll; how long all took in nanoseconds. */
    double jedis() {
        try (Connection connection = new Connection(new HostAndPort("127.0.0.1", server.port()))) {
            long before = System.nanoTime();
            for (List<RedisCommand> batch : batches) {
                for (RedisCommand command : batch) {
                    connection.sendCommand(command::name, command.arguments());
                }
                connection.getMany(batch.size());
            }
            return System.nanoTime() - before;
        }
    }

    /** Bytes that are ready, written to a socket whose replies are only counted: what the server can do. */
    double socket() throws Exception {
        List<RespBuffer> ready = new ArrayList<>();
        for (List<RedisCommand> batch : batches) {
            RespBuffer buffer = new RespBuffer();
            batch.forEach(buffer::command);
            ready.add(buffer);
        }
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            byte[] replies = new byte[64 * 1024];
            long before = System.nanoTime();
            for (RespBuffer batch : ready) {
                batch.writeTo(out);
                for (int lines = 0; lines < batch.commands(); ) {
                    int read = in.read(replies);
                    for (int i = 0; i < read; i++) {
                        lines += replies[i] == '\n' ? 1 : 0;
                    }
                }
            }
            return System.nanoTime() - before;
        }
    }

    private static Stream<RedisCommand> commands(String mode, SinkRecord record) {
        RedisCommand write = command(mode, record);
        return mode.equals("hash")
                ? Stream.of(RedisCommand.of("DEL", record.topic() + ":" + record.key()), write)
                : Stream.of(write);
    }

    private static RedisCommand command(String mode, SinkRecord record) {
        List<String> parts = new ArrayList<>();
        String key = record.topic() + ":" + record.key();
        switch (mode) {
            case "hash", "hash_merge" -> parts.addAll(List.of("HSET", key));
            case "string" -> parts.addAll(List.of("SET", key, ConnectJson.text(record.valueSchema(), record.value())));
            default ->
                parts.addAll(List.of(
                        "ZADD",
                        record.topic(),
                        ((Struct) record.value()).getFloat64("total").toString(),
                        (String) record.key()));
        }
        if (mode.startsWith("hash")) {
            FlatFields.forEach(record, (name, text) -> parts.addAll(List.of(name, text)));
        }
        return RedisCommand.of(parts.get(0), parts.subList(1, parts.size()).toArray(String[]::new));
    }
}
