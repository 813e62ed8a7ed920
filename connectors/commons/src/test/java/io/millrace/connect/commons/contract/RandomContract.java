package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Random contracts of every type that one may have, and random events that keep them. A value is held in a plain form:
 * what Avro stores, with bytes as text of one character per byte.
 */
final class RandomContract {
    private static final JsonNodeFactory JSON = new ObjectMapper().getNodeFactory();
    private static final List<LogicalType> TIMES = List.of(
            LogicalTypes.timeMicros(),
            LogicalTypes.timestampMillis(),
            LogicalTypes.timestampMicros(),
            LogicalTypes.localTimestampMillis(),
            LogicalTypes.localTimestampMicros());

    private final Random random;
    private final List<Schema> named = new ArrayList<>();

    RandomContract(long seed) {
        this.random = new Random(seed);
    }

    Schema record(int depth) {
        String namespace = random.nextInt(3) == 0 ? "test.space" + random.nextInt(2) : "test";
        Schema record = Schema.createRecord("R" + random.nextInt(1 << 30), null, namespace, false);
        List<Schema.Field> fields = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            Schema type = slot(depth - 1);
            Object json = random.nextInt(3) == 0 ? defaultJson(first(type)) : null;
            fields.add(new Schema.Field("f" + i, type, null, json));
        }
        record.setFields(fields);
        named.add(record);
        return record;
    }

    private Schema slot(int depth) {
        Schema type = type(depth);
        return switch (random.nextInt(4)) {
            case 0 -> Schema.createUnion(Schema.create(Schema.Type.NULL), type);
            case 1 -> Schema.createUnion(type, Schema.create(Schema.Type.NULL));
            default -> type;
        };
    }

    private Schema type(int depth) {
        String name = "N" + random.nextInt(1 << 30);
        return switch (random.nextInt(depth > 0 ? 16 : 13)) {
            case 0 -> Schema.create(Schema.Type.STRING);
            case 1 -> LogicalTypes.uuid().addToSchema(Schema.create(Schema.Type.STRING));
            case 2 -> Schema.create(Schema.Type.BOOLEAN);
            case 3 -> Schema.create(Schema.Type.INT);
            case 4 -> Schema.create(Schema.Type.LONG);
            case 5 -> Schema.create(random.nextBoolean() ? Schema.Type.FLOAT : Schema.Type.DOUBLE);
            case 6 -> Schema.create(Schema.Type.BYTES);
            case 7 -> remembered(Schema.createEnum(name, null, "test", List.of("A", "B", "C")));
            case 8 -> remembered(Schema.createFixed(name, null, "test", 1 + random.nextInt(8)));
            case 9 -> decimal().addToSchema(Schema.create(Schema.Type.BYTES));
            case 10 -> remembered(decimal().addToSchema(Schema.createFixed(name, null, "test", 8)));
            case 11 ->
                (random.nextBoolean() ? LogicalTypes.date() : LogicalTypes.timeMillis())
                        .addToSchema(Schema.create(Schema.Type.INT));
            case 12 -> TIMES.get(random.nextInt(TIMES.size())).addToSchema(Schema.create(Schema.Type.LONG));
            case 13 -> Schema.createArray(slot(depth - 1));
            case 14 -> Schema.createMap(slot(depth - 1));
            default ->
                named.isEmpty() || random.nextBoolean() ? record(depth) : named.get(random.nextInt(named.size()));
        };
    }

    private Schema remembered(Schema type) {
        named.add(type);
        return type;
    }

    private LogicalTypes.Decimal decimal() {
        int precision = 1 + random.nextInt(18);
        return LogicalTypes.decimal(precision, random.nextInt(precision + 1));
    }

    private static Schema first(Schema type) {
        return type.getType() == Schema.Type.UNION ? type.getTypes().get(0) : type;
    }

    private static Schema notNull(Schema type) {
        if (type.getType() != Schema.Type.UNION) {
            return type;
        }
        return type.getTypes().get(first(type).getType() == Schema.Type.NULL ? 1 : 0);
    }

    /** A random value in the plain form; with {@code strict}, of the first branch of every union. */
    private Object value(Schema type, boolean strict) {
        Schema one = strict ? first(type) : type;
        if (one.getType() == Schema.Type.NULL || one.getType() == Schema.Type.UNION && random.nextInt(4) == 0) {
            return null;
        }
        Schema schema = notNull(one);
        return switch (schema.getType()) {
            case STRING ->
                schema.getLogicalType() == null ? text() : new UUID(random.nextLong(), random.nextLong()).toString();
            case BOOLEAN -> random.nextBoolean();
            case INT -> schema.getLogicalType() == null ? random.nextInt() : (int) time(schema.getLogicalType());
            case LONG -> schema.getLogicalType() == null ? random.nextLong() : time(schema.getLogicalType());
            case FLOAT -> random.nextFloat() * 1e6f;
            case DOUBLE -> random.nextGaussian() * 1e200;
            case BYTES -> latin(bytes(schema, random.nextInt(20)));
            case FIXED -> latin(bytes(schema, schema.getFixedSize()));
            case ENUM ->
                schema.getEnumSymbols()
                        .get(random.nextInt(schema.getEnumSymbols().size()));
            case ARRAY -> {
                List<Object> values = new ArrayList<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    values.add(value(schema.getElementType(), strict));
                }
                yield values;
            }
            case MAP -> {
                Map<String, Object> values = new LinkedHashMap<>();
                for (int i = random.nextInt(3); i > 0; i--) {
                    values.put(text() + i, value(schema.getValueType(), strict));
                }
                yield values;
            }
            case RECORD -> {
                Map<String, Object> values = new LinkedHashMap<>();
                schema.getFields().forEach(field -> values.put(field.name(), value(field.schema(), strict)));
                yield values;
            }
            case NULL, UNION -> throw new IllegalStateException("not a value's type: " + schema);
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.appendCodePoint(random.nextInt(4) == 0 ? 0x1f600 + random.nextInt(50) : random.nextInt(0xd800));
        }
        return text.toString();
    }

    private byte[] bytes(Schema schema, int length) {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
            BigInteger unscaled = new BigInteger(62, random).mod(BigInteger.TEN.pow(decimal.getPrecision()));
            byte[] shortest = (random.nextBoolean() ? unscaled : unscaled.negate()).toByteArray();
            return schema.getType() == Schema.Type.BYTES ? shortest : extended(shortest, length);
        }
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] extended(byte[] shortest, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int from = i - (length - shortest.length);
            bytes[i] = from >= 0 ? shortest[from] : (byte) (shortest[0] < 0 ? -1 : 0);
        }
        return bytes;
    }

    private long time(LogicalType type) {
        long seconds = random.nextLong(-62_135_596_800L, 253_402_300_799L);
        long day = random.nextInt(86_400);
        return switch (type.getName()) {
            case "date" -> Math.floorDiv(seconds, 86_400L);
            case "time-millis" -> day * 1_000 + random.nextInt(1_000);
            case "time-micros" -> day * 1_000_000 + random.nextInt(1_000_000);
            case "timestamp-millis", "local-timestamp-millis" -> seconds * 1_000 + random.nextInt(1_000);
            default -> seconds * 1_000_000 + random.nextInt(1_000_000);
        };
    }

    /** A default of the type in the form that Avro takes. */
    private Object defaultJson(Schema type) {
        Object value = value(type, true);
        return value == null ? JsonProperties.NULL_VALUE : defaultJson(type, value);
    }

    private static Object defaultJson(Schema type, Object value) {
        Schema schema = first(type);
        return switch (schema.getType()) {
            case NULL -> JsonProperties.NULL_VALUE;
            case ARRAY ->
                ((List<?>) value)
                        .stream()
                                .map(one -> defaultJson(schema.getElementType(), one))
                                .toList();
            case MAP -> {
                Map<String, Object> entries = new LinkedHashMap<>();
                ((Map<?, ?>) value)
                        .forEach((key, one) -> entries.put((String) key, defaultJson(schema.getValueType(), one)));
                yield entries;
            }
            case RECORD -> {
                Map<String, Object> entries = new LinkedHashMap<>();
                schema.getFields()
                        .forEach(field -> entries.put(
                                field.name(), defaultJson(field.schema(), ((Map<?, ?>) value).get(field.name()))));
                yield entries;
            }
            default -> value;
        };
    }

    /** A random event of the record in the plain form. */
    Map<?, ?> event(Schema record) {
        return (Map<?, ?>) value(record, false);
    }

    /** The event as a client may send it: numbers or texts where both are possible. */
    JsonNode json(Schema type, Object value) {
        if (value == null) {
            return JSON.nullNode();
        }
        Schema schema = notNull(type);
        String logical =
                schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
        return switch (schema.getType()) {
            case STRING, ENUM -> JSON.textNode((String) value);
            case BOOLEAN -> JSON.booleanNode((Boolean) value);
            case FLOAT -> JSON.numberNode((Float) value);
            case DOUBLE -> JSON.numberNode((Double) value);
            case INT, LONG -> number(logical, ((Number) value).longValue());
            case BYTES, FIXED -> {
                byte[] bytes = ((String) value).getBytes(StandardCharsets.ISO_8859_1);
                yield schema.getLogicalType() instanceof LogicalTypes.Decimal decimal
                        ? decimal(new BigDecimal(new BigInteger(bytes), decimal.getScale()))
                        : JSON.textNode(Base64.getEncoder().encodeToString(bytes));
            }
            case ARRAY -> {
                var array = JSON.arrayNode();
                ((List<?>) value).forEach(one -> array.add(json(schema.getElementType(), one)));
                yield array;
            }
            case MAP -> {
                ObjectNode object = JSON.objectNode();
                ((Map<?, ?>) value).forEach((key, one) -> object.set((String) key, json(schema.getValueType(), one)));
                yield object;
            }
            case RECORD -> {
                ObjectNode object = JSON.objectNode();
                schema.getFields()
                        .forEach(field ->
                                object.set(field.name(), json(field.schema(), ((Map<?, ?>) value).get(field.name()))));
                yield object;
            }
            case NULL, UNION -> throw new IllegalStateException("not a value's type: " + schema);
        };
    }

    private JsonNode decimal(BigDecimal value) {
        return random.nextBoolean() ? JSON.numberNode(value) : JSON.textNode(value.toString());
    }

    private JsonNode number(String logical, long stored) {
        if (logical.isEmpty() || !logical.equals("date") && random.nextBoolean()) {
            return JSON.numberNode(stored);
        }
        Instant instant =
                Instant.EPOCH.plus(stored, logical.endsWith("micros") ? ChronoUnit.MICROS : ChronoUnit.MILLIS);
        return JSON.textNode(
                switch (logical) {
                    case "date" -> LocalDate.ofEpochDay(stored).toString();
                    case "time-millis" ->
                        LocalTime.ofNanoOfDay(stored * 1_000_000).toString();
                    case "time-micros" -> LocalTime.ofNanoOfDay(stored * 1_000).toString();
                    case "timestamp-millis", "timestamp-micros" -> instant.toString();
                    default -> LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
                });
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
