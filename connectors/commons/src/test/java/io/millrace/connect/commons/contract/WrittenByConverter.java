package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.apicurio.registry.utils.converter.avro.AvroData;
import io.apicurio.registry.utils.converter.avro.AvroDataConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.Struct;

/**
 * The way of an event from JSON to a reader with the contract's schema: read here, written with the schema that the Avro
 * converter makes of it, as the registry stores that schema.
 */
public final class WrittenByConverter {
    public static final long RECEIVED_AT = 1_767_225_600_000L;

    private final AvroData converter =
            new AvroData(new AvroDataConfig(Map.of(AvroDataConfig.ENHANCED_AVRO_SCHEMA_SUPPORT_CONFIG, "true")));
    private final RecordType type;
    private final Schema contract;

    public WrittenByConverter(Schema contract) {
        this.contract = contract;
        this.type = RecordType.of(contract);
    }

    /** The schema that the converter registers. */
    public Schema written() {
        return new Schema.Parser()
                .parse(converter.fromConnectSchema(type.schema()).toString());
    }

    public Struct read(String json) throws IOException, InvalidValue {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            return type.readFields(
                    parser, new ReadContext("10.1.2.3", "curl/8", RECEIVED_AT, () -> "random-id", bytes -> {}));
        }
    }

    public GenericRecord roundTrip(String json) throws IOException, InvalidValue {
        Struct event = read(json);
        event.validate();
        GenericRecord record = (GenericRecord) converter.fromConnectData(event.schema(), event);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Encoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return new GenericDatumReader<GenericRecord>(written(), contract)
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }
}
