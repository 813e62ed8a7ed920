package io.millrace.spark;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Writes the output of one task of one batch in one Kafka transaction, exactly once, however often the batch is executed.
 *
 * <p>With the records, the transaction commits the batch's number to a consumer group that belongs to the task. When Spark
 * executes a batch again (it died before it could note that the batch was done), the tasks that had committed find their
 * number there and write nothing; the others write. That is exact as long as each record lands in the same task each time:
 * the rows have to be distributed by a hash of a column that comes from the source, over a fixed number of tasks.
 */
public final class KafkaTransactionalWriter implements Serializable {
    private static final long serialVersionUID = 1;

    /** Where Spark tells a batch's function which query it belongs to. */
    private static final String QUERY_ID = "sql.streaming.queryId";

    private final String job;
    private final String queryId;
    private final long batch;
    private final HashMap<String, Object> producerSettings;
    private final String anchorTopic;

    /** The writer of one batch, made within the function that Spark calls with it. */
    public static KafkaTransactionalWriter ofBatch(
            String job, Dataset<Row> batch, long id, DriverConfig config, String anchorTopic) {
        String queryId = batch.sparkSession().sparkContext().getLocalProperty(QUERY_ID);
        return new KafkaTransactionalWriter(job, queryId, id, producer(config), anchorTopic);
    }

    private static Map<String, Object> producer(DriverConfig config) {
        return config.kafkaClient(Map.of(
                ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4",
                ProducerConfig.LINGER_MS_CONFIG, 5,
                ProducerConfig.BATCH_SIZE_CONFIG, 131_072,
                // Until then, readers wait behind what a killed driver left open, unless it comes back sooner.
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 30_000,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000));
    }

    /**
     * @param queryId Spark's id of the query, which changes when its checkpoint is wiped: then batches count from 0 again
     * @param anchorTopic a topic that exists; the batch's number is committed as if it were an offset of its partition 0
     */
    public KafkaTransactionalWriter(
            String job, String queryId, long batch, Map<String, Object> producerSettings, String anchorTopic) {
        this.job = job;
        this.queryId = queryId;
        this.batch = batch;
        this.producerSettings = new HashMap<>(producerSettings);
        this.anchorTopic = anchorTopic;
    }

    /**
     * Writes the records; to be called within a task, at most once. Returns when they are committed.
     *
     * @return how many records were written: 0 when an earlier execution had committed them
     */
    public long write(Iterator<ProducerRecord<byte[], byte[]>> records) {
        if (!records.hasNext()) {
            return 0;
        }
        String task = "millrace-" + job + "-" + TaskContext.getPartitionId();
        TransactionalProducers producers = PerProcess.get("producers", TransactionalProducers::new);
        return producers.use(task, producerSettings, anchorTopic, producer -> {
            BatchMark mark = new BatchMark(queryId, batch);
            return producer.isDone(mark) ? 0 : producer.write(records, mark);
        });
    }
}
