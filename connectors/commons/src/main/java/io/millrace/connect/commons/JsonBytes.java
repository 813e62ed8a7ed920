package io.millrace.connect.commons;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.kafka.connect.data.Schema;

/**
 * Writes values as {@link ConnectJson} does, in UTF-8, one after the other: it keeps its generator and buffer, which cost
 * more than a small value itself. Used by one thread.
 */
public final class JsonBytes {

    private static final JsonFactory JSON =
            new JsonFactoryBuilder().rootValueSeparator((String) null).build();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1_024);
    private JsonGenerator json;

    /**
     * The value as JSON.
     *
     * @param schema the value's schema; null when it has none
     * @throws RecordFailure when the value cannot be written
     */
    public byte[] of(Schema schema, Object value) {
        boolean written = false;
        try {
            if (json == null) {
                json = JSON.createGenerator(bytes);
            }
            ConnectJson.write(json, schema, value);
            json.flush();
            written = true;
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } finally {
            bytes.reset();
            if (!written) {
                // It is in the middle of an object now.
                json = null;
            }
        }
    }
}
