package io.millrace.connect.commons.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.generic.GenericFixed;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * A decimal number with a fixed number of places. Read from the text of the number and never through a floating-point
 * one. Over bytes it is Connect's decimal; over fixed bytes, which Connect's decimal cannot be written as, it is those
 * bytes.
 */
final class DecimalType implements FieldType {
    private static final String PRECISION = "connect.decimal.precision";
    /** More digits than any decimal type has; longer texts are refused before they are parsed, which takes long. */
    private static final int LONGEST_TEXT = 1_000;

    private final int precision;
    private final int scale;
    private final Optional<FixedType> fixed;

    /** @param fixed the fixed type that the decimal is over; empty when it is over bytes */
    DecimalType(LogicalTypes.Decimal decimal, Optional<FixedType> fixed) {
        this.precision = decimal.getPrecision();
        this.scale = decimal.getScale();
        this.fixed = fixed;
    }

    @Override
    public String expected() {
        String digits = "a decimal number of at most " + precision + (precision == 1 ? " digit" : " digits");
        return scale == 0
                ? digits + ", none of them after the point"
                : digits + ", " + scale + " of them after the point";
    }

    @Override
    public String typeName() {
        return "decimal";
    }

    @Override
    public SchemaBuilder connect() {
        return fixed.map(FixedType::connect)
                .orElseGet(() -> Decimal.builder(scale).parameter(PRECISION, Integer.toString(precision)));
    }

    @Override
    public Object read(JsonParser json, JsonToken token, ReadContext context) throws IOException, InvalidValue {
        BigDecimal value = null;
        if ((token == JsonToken.VALUE_STRING || token.isNumeric()) && json.getTextLength() <= LONGEST_TEXT) {
            value = exact(json.getText());
        }
        if (value == null) {
            throw InvalidValue.unexpected(this, json, token);
        }
        return fixed.isEmpty()
                ? value
                : extended(value.unscaledValue(), fixed.get().size());
    }

    /** The number with this type's scale; null when the text is no number or one that does not fit. */
    private BigDecimal exact(String text) {
        try {
            BigDecimal shortest = new BigDecimal(text).stripTrailingZeros();
            // Counted before the scale is set: 1e999999999 has few digits until then.
            long whole = (long) shortest.precision() - shortest.scale();
            if (shortest.signum() != 0 && (shortest.scale() > scale || whole > precision - scale)) {
                return null;
            }
            return shortest.signum() == 0 ? BigDecimal.valueOf(0, scale) : shortest.setScale(scale);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static byte[] extended(BigInteger unscaled, int size) {
        byte[] shortest = unscaled.toByteArray();
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, 0, size - shortest.length, (byte) (unscaled.signum() < 0 ? -1 : 0));
        System.arraycopy(shortest, 0, bytes, size - shortest.length, shortest.length);
        return bytes;
    }

    @Override
    public Object fromAvro(Object value) {
        return value instanceof GenericFixed bytes
                ? bytes.bytes().clone()
                : new BigDecimal(new BigInteger(PlainType.array((ByteBuffer) value)), scale);
    }

    @Override
    public String keyText(Object value) {
        BigDecimal number =
                value instanceof byte[] bytes ? new BigDecimal(new BigInteger(bytes), scale) : (BigDecimal) value;
        return number.toPlainString();
    }

    @Override
    public boolean declaresDefault(Object value) {
        return fixed.isEmpty();
    }

    @Override
    public void describe(JsonGenerator json) throws IOException {
        FieldType.super.describe(json);
        json.writeNumberField("precision", precision);
        json.writeNumberField("scale", scale);
    }
}
