package io.millrace.spark.serving;

import io.millrace.schemas.Contract;
import io.millrace.schemas.Quality;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * What a contract expects of its records as a whole, as tasks carry it.
 *
 * @param nullable the fields that may be null
 * @param fields what is expected of a field
 * @param fewest records in an hour; null: any number
 * @param most records in an hour; null: any number
 */
record QualityRules(List<String> nullable, Map<String, Rule> fields, Long fewest, Long most) implements Serializable {

    /** Of one field; each part may be null, and {@code allowed} empty. */
    record Rule(BigDecimal min, BigDecimal max, Double maxNullRate, List<String> allowed) implements Serializable {
        private boolean takes(Object value) {
            if (!(value instanceof Number number)) {
                return takesText(value.toString());
            }
            BigDecimal exact = decimal(number);
            if (exact == null || !isBetween(exact)) {
                return false;
            }
            return allowed.isEmpty()
                    || takesText(
                            exact.signum() == 0
                                    ? "0"
                                    : exact.stripTrailingZeros().toPlainString());
        }

        private boolean isBetween(BigDecimal exact) {
            return (min == null || exact.compareTo(min) >= 0) && (max == null || exact.compareTo(max) <= 0);
        }

        private boolean takesText(String text) {
            return allowed.isEmpty() || allowed.contains(text);
        }

        /** Null for what is no number, such as NaN. */
        private static BigDecimal decimal(Number number) {
            if (number instanceof Integer || number instanceof Long) {
                return BigDecimal.valueOf(number.longValue());
            }
            try {
                return new BigDecimal(number.toString());
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }

    static QualityRules of(Contract contract) {
        List<String> nullable = new ArrayList<>(contract.requireValue().getFields().stream()
                .filter(field -> field.schema().isNullable())
                .map(Schema.Field::name)
                .toList());
        Map<String, Rule> rules = new TreeMap<>();
        contract.quality()
                .fields()
                .forEach((field, rule) -> rules.put(
                        field,
                        new Rule(
                                rule.min().orElse(null),
                                rule.max().orElse(null),
                                rule.maxNullRate().orElse(null),
                                new ArrayList<>(rule.allowed()))));
        Quality.Volume hourly = contract.quality()
                .volume()
                .filter(volume -> volume.per() == Quality.Volume.Per.HOUR)
                .orElse(null);
        return new QualityRules(
                nullable,
                rules,
                hourly == null ? null : hourly.min().orElse(null),
                hourly == null ? null : hourly.max().orElse(null));
    }

    /** Looks at a good record. */
    void look(GenericRecord record, HourQuality hour) {
        for (String field : nullable) {
            if (record.get(field) == null) {
                hour.isNull(field);
            }
        }
        fields.forEach((field, rule) -> {
            Object value = record.get(field);
            if (value != null && !rule.takes(value)) {
                hour.isOutside(field);
            }
        });
    }

    /** What is not as it should be, a sentence each. */
    List<String> violations(HourQuality hour, boolean complete) {
        List<String> sentences = new ArrayList<>();
        long records = hour.get(HourQuality.Count.RECORDS);
        if (most != null && records > most) {
            sentences.add("there are " + records + " records, at most " + most + " are expected in an hour");
        }
        if (fewest != null && complete && records < fewest) {
            sentences.add("there were " + records + " records, at least " + fewest + " are expected in an hour");
        }
        fields.forEach((field, rule) -> {
            double rate = hour.good() == 0 ? 0 : (double) hour.nulls(field) / hour.good();
            if (rule.maxNullRate() != null && rate > rule.maxNullRate()) {
                sentences.add(String.format(
                        Locale.ROOT,
                        "%s is null in %.1f %% of the records, at most %.1f %% are expected",
                        field,
                        rate * 100,
                        rule.maxNullRate() * 100));
            }
        });
        hour.outside()
                .forEach((field, count) ->
                        sentences.add(field + " is none of the values that are expected in " + count + " records"));
        return sentences;
    }
}
