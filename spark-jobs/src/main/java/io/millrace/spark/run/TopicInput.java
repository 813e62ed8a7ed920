package io.millrace.spark.run;

import io.millrace.schemas.Catalogue;
import java.util.Collection;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Where a bounded run finds the records of topics. */
interface TopicInput {
    /**
     * The records of some topics, with the columns of Spark's Kafka source.
     *
     * @param anyOf whether some of the topics may not exist
     * @throws IllegalStateException when there is no such topic
     */
    Dataset<Row> read(SparkSession spark, Catalogue catalogue, Collection<String> topics, boolean anyOf);
}
