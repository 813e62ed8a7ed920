package io.millrace.spark.run;

import io.millrace.schemas.Catalogue;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where a bounded run finds the records of a topic. */
interface TopicInput {
    /**
     * The records, with the columns of Spark's Kafka source.
     *
     * @throws io.millrace.spark.ConfigException when it does not have them
     */
    Dataset<Row> read(SparkSession spark, Catalogue catalogue, String topic);
}
