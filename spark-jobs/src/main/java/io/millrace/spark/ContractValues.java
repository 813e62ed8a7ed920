package io.millrace.spark;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;

/** Turns values that were read with a {@link Resolution}'s schema into those of its contract. */
final class ContractValues {
    /** A value that its contract has no place for; the message says why, without a word of the value. */
    static final class Misfit extends RuntimeException {
        private static final long serialVersionUID = 1;

        Misfit(String message) {
            super(message, null, false, false);
        }
    }

    private ContractValues() {}

    /**
     * The value as the contract has it; the value itself where nothing had to give way.
     *
     * @param read the schema that it was read in, made from the contract's
     * @throws Misfit when it is a text that is no symbol, or bytes of a wrong length
     */
    static Object conform(Object value, Schema read, Schema contract) {
        if (read == contract || value == null) {
            return value;
        }
        return switch (contract.getType()) {
            case UNION -> {
                // Branch by branch, in the contract's order.
                int branch = GenericData.get().resolveUnion(read, value);
                yield conform(
                        value, read.getTypes().get(branch), contract.getTypes().get(branch));
            }
            case RECORD -> record((GenericRecord) value, read, contract);
            case ARRAY -> array((Collection<?>) value, read, contract);
            case MAP -> map((Map<?, ?>) value, read, contract);
            case ENUM -> symbol(value.toString(), contract);
            case FIXED -> fixed(value, read, contract);
            case BYTES -> ByteBuffer.wrap(unscaled(bytes(value), read, contract).toByteArray());
            case INT, LONG -> number((Number) value, read, contract);
            default -> value;
        };
    }

    private static GenericRecord record(GenericRecord value, Schema read, Schema contract) {
        GenericRecord record = new GenericData.Record(contract);
        for (Schema.Field field : contract.getFields()) {
            Schema from = read.getFields().get(field.pos()).schema();
            record.put(field.pos(), conform(value.get(field.pos()), from, field.schema()));
        }
        return record;
    }

    private static List<Object> array(Collection<?> values, Schema read, Schema contract) {
        List<Object> items = new ArrayList<>();
        values.forEach(item -> items.add(conform(item, read.getElementType(), contract.getElementType())));
        return items;
    }

    private static Map<Object, Object> map(Map<?, ?> values, Schema read, Schema contract) {
        Map<Object, Object> entries = new HashMap<>();
        values.forEach((key, item) -> entries.put(key, conform(item, read.getValueType(), contract.getValueType())));
        return entries;
    }

    private static GenericData.EnumSymbol symbol(String text, Schema contract) {
        if (contract.hasEnumSymbol(text)) {
            return new GenericData.EnumSymbol(contract, text);
        }
        if (contract.getEnumDefault() == null) {
            throw new Misfit("a text is none of the symbols of " + contract.getName());
        }
        return new GenericData.EnumSymbol(contract, contract.getEnumDefault());
    }

    private static GenericFixed fixed(Object value, Schema read, Schema contract) {
        byte[] bytes = bytes(value);
        int size = contract.getFixedSize();
        if (contract.getLogicalType() instanceof LogicalTypes.Decimal) {
            byte[] digits = unscaled(bytes, read, contract).toByteArray();
            bytes = new byte[Math.max(size, digits.length)];
            Arrays.fill(bytes, (byte) (digits[0] < 0 ? -1 : 0));
            System.arraycopy(digits, 0, bytes, bytes.length - digits.length, digits.length);
        }
        if (bytes.length != size) {
            throw new Misfit("there are " + bytes.length + " bytes where " + contract.getName() + " has " + size);
        }
        return new GenericData.Fixed(contract, bytes);
    }

    private static byte[] bytes(Object value) {
        if (value instanceof GenericFixed fixed) {
            return fixed.bytes();
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static BigInteger unscaled(byte[] bytes, Schema read, Schema contract) {
        if (bytes.length == 0) {
            throw new Misfit("a decimal has no digits");
        }
        BigInteger digits = new BigInteger(bytes);
        int from = scale(read, contract);
        int to = scale(contract, contract);
        return from == to
                ? digits
                : new BigDecimal(digits, from)
                        .setScale(to, RoundingMode.HALF_EVEN)
                        .unscaledValue();
    }

    private static int scale(Schema schema, Schema fallback) {
        LogicalType type = schema.getLogicalType() == null ? fallback.getLogicalType() : schema.getLogicalType();
        return ((LogicalTypes.Decimal) type).getScale();
    }

    private static Number number(Number value, Schema read, Schema contract) {
        boolean fromMicros = isMicros(read);
        boolean toMicros = isMicros(contract);
        long time = value.longValue();
        if (toMicros && !fromMicros) {
            time = Math.multiplyExact(time, 1_000L);
        } else if (fromMicros && !toMicros) {
            time = Math.floorDiv(time, 1_000L);
        }
        return contract.getType() == Schema.Type.INT ? (Number) (int) time : (Number) time;
    }

    private static boolean isMicros(Schema schema) {
        LogicalType type = schema.getLogicalType();
        return type != null && type.getName().endsWith("-micros");
    }
}
