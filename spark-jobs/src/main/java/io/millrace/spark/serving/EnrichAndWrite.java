package io.millrace.spark.serving;

import io.millrace.spark.Codecs;
import io.millrace.spark.Decoded;
import io.millrace.spark.FieldCopy;
import io.millrace.spark.KafkaTransactionalWriter;
import io.millrace.spark.PerProcess;
import io.millrace.spark.ValueDecoder;
import io.millrace.spark.ValueEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;

/** The second half of enrichment: takes {@link Enrich#JUDGED} without duplicates and writes both topics. */
final class EnrichAndWrite implements ForeachPartitionFunction<Row> {
    private static final long serialVersionUID = 1;

    private final Codecs codecs;
    private final String geo;
    private final Broadcast<HashMap<String, Customer>> customers;
    private final Broadcast<HashMap<String, Product>> products;
    private final KafkaTransactionalWriter writer;

    EnrichAndWrite(
            Codecs codecs,
            String geo,
            Broadcast<HashMap<String, Customer>> customers,
            Broadcast<HashMap<String, Product>> products,
            KafkaTransactionalWriter writer) {
        this.codecs = codecs;
        this.geo = geo;
        this.customers = customers;
        this.products = products;
        this.writer = writer;
    }

    @Override
    public void call(Iterator<Row> rows) {
        // Made even when there is nothing to write: Spark's first batch is often empty, and then the first event does
        // not wait for the file of places and the parser's expressions to be read.
        ValueDecoder decoder = codecs.decoder(Topics.WEB_EVENTS);
        ValueEncoder encoder = codecs.encoder(Topics.WEB_ENRICHED);
        Enricher enricher = new Enricher(
                PerProcess.get("places " + geo, () -> new Places(geo)),
                PerProcess.get("user agents", UserAgents::new),
                customers.value(),
                products.value(),
                new FieldCopy(decoder.schema(), encoder.schema()));
        writer.write(new Iterator<>() {
            @Override
            public boolean hasNext() {
                return rows.hasNext();
            }

            @Override
            public ProducerRecord<byte[], byte[]> next() {
                return record(rows.next(), decoder, encoder, enricher);
            }
        });
    }

    private static ProducerRecord<byte[], byte[]> record(
            Row row, ValueDecoder decoder, ValueEncoder encoder, Enricher enricher) {
        if (!row.isNullAt(Enrich.QUARANTINED)) {
            return new ProducerRecord<>(Topics.QUARANTINE, row.<byte[]>getAs(Enrich.QUARANTINED));
        }
        SourceRecord source =
                new SourceRecord(Topics.WEB_EVENTS, row.getInt(Enrich.PARTITION), row.getLong(Enrich.OFFSET));
        // Decoded for the second time, which costs less than to carry all columns through the exchange.
        if (!(decoder.decodeAgain(row.<byte[]>getAs(Enrich.VALUE)) instanceof Decoded.Value event)) {
            throw new IllegalStateException(source + " could be read a moment ago and cannot any more");
        }
        GenericRecord enriched = encoder.newRecord();
        enricher.enrich(event.record(), source, row.getLong(Enrich.ARRIVAL), enriched);
        byte[] key = event.record().get("user_id").toString().getBytes(StandardCharsets.UTF_8);
        return new ProducerRecord<>(Topics.WEB_ENRICHED, key, encoder.encode(enriched));
    }
}
