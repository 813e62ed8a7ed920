package io.millrace.connect.redis;

import java.util.List;

/** One connection to one Redis, open and authenticated. Used by one thread. */
interface RedisTransport extends AutoCloseable {

    /**
     * Sends the commands and leaves the replies for {@link #receive}.
     *
     * @throws io.millrace.connect.commons.RetriableFailure when the connection fails or Redis does not take the bytes in
     *     time; it is of no use afterwards, and whether the commands ran is not known
     */
    void send(RespBuffer commands);

    /**
     * The next replies, one per command: Long, byte[], List, null, or a {@link RedisError} in the place of an error.
     *
     * @throws io.millrace.connect.commons.RetriableFailure as in {@link #send}
     */
    List<Object> receive(int replies);

    /** How many bytes of replies have come in and not been received; 0 when that cannot be told. */
    int available();

    /** Sends all commands, then reads all replies. */
    default List<Object> exchange(List<RedisCommand> commands) {
        RespBuffer buffer = new RespBuffer();
        commands.forEach(buffer::command);
        send(buffer);
        return receive(commands.size());
    }

    @Override
    void close();
}
