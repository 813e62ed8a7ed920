package io.millrace.spark.lake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import scala.collection.JavaConverters;

/**
 * Query results in JSON, without loss: numbers with all their digits, timestamps as ISO-8601 in UTC, bytes in Base64.
 */
final class JsonRows {
    /** Keeps decimals as they are, zeros at the end included. */
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private JsonRows() {}

    /**
     * {@code {"columns":[...],"rows":[[...]]}}, and {@code "truncated":true} when there are more.
     *
     * @param rows one more than the limit, if there are that many
     */
    static ObjectNode of(String[] columns, List<Row> rows, int limit) {
        ObjectNode answer = JSON.objectNode();
        ArrayNode names = answer.putArray("columns");
        for (String column : columns) {
            names.add(column);
        }
        ArrayNode lines = answer.putArray("rows");
        for (Row row : rows.subList(0, Math.min(rows.size(), limit))) {
            ArrayNode line = lines.addArray();
            for (int field = 0; field < row.size(); field++) {
                line.add(value(row.get(field)));
            }
        }
        if (rows.size() > limit) {
            answer.put("truncated", true).put("limit", limit);
        }
        return answer;
    }

    private static JsonNode value(Object value) {
        if (value == null) {
            return JSON.nullNode();
        } else if (value instanceof Boolean flag) {
            return JSON.booleanNode(flag);
        } else if (value instanceof BigDecimal number) {
            // As it is: a factory may take trailing zeroes away.
            return DecimalNode.valueOf(number);
        } else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            return Double.isFinite(number)
                    ? DecimalNode.valueOf(new BigDecimal(value.toString()))
                    : JSON.textNode(value.toString());
        } else if (value instanceof Number number) {
            return JSON.numberNode(number.longValue());
        } else if (value instanceof byte[] bytes) {
            return JSON.binaryNode(bytes);
        } else if (value instanceof Row row) {
            return object(row);
        } else if (value instanceof scala.collection.Map<?, ?> map) {
            return object(JavaConverters.mapAsJavaMap(map));
        } else if (value instanceof scala.collection.Seq<?> items) {
            ArrayNode array = JSON.arrayNode();
            JavaConverters.seqAsJavaList(items).forEach(item -> array.add(value(item)));
            return array;
        }
        // Instant and LocalDate among others: their text is ISO-8601.
        return JSON.textNode(value.toString());
    }

    private static ObjectNode object(Row row) {
        ObjectNode object = JSON.objectNode();
        for (int field = 0; field < row.size(); field++) {
            object.set(row.schema().fieldNames()[field], value(row.get(field)));
        }
        return object;
    }

    private static ObjectNode object(Map<?, ?> map) {
        ObjectNode object = JSON.objectNode();
        map.forEach((key, item) -> object.set(String.valueOf(key), value(item)));
        return object;
    }
}
