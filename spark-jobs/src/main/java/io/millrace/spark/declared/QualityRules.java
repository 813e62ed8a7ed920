package io.millrace.spark.declared;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.millrace.schemas.Contract;
import io.millrace.schemas.Quality;
import io.millrace.spark.run.EventRange;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The expectations of a source's contract (its section {@code quality}), counted in passing while a job reads. Immutable.
 */
public final class QualityRules {
    /** The name under which Spark tells the counts; a column per rule. */
    public static final String OBSERVED = "millrace_quality";

    private static final String ROWS = "rows";

    /**
     * One expectation of single events.
     *
     * @param name of the column that counts the events that break it
     * @param broken what is true of such an event
     * @param share the largest share of events that may break it
     */
    private record Rule(String name, Column broken, double share) {}

    private final QualityGate gate;
    private final Quality quality;
    private final String topic;
    private final List<Rule> rules = new ArrayList<>();

    private QualityRules(QualityGate gate, Contract source) {
        this.gate = gate;
        this.quality = source.quality();
        this.topic = source.name();
        quality.fields().forEach(this::add);
    }

    static QualityRules of(JobSpec spec, Contract source) {
        return new QualityRules(spec.quality(), source);
    }

    private void add(String field, Quality.FieldRule rule) {
        Column value = col(field);
        rule.maxNullRate().ifPresent(rate -> rules.add(new Rule(field + " null", value.isNull(), rate)));
        rule.min().ifPresent(min -> rules.add(new Rule(field + " below " + min, value.lt(lit(min)), 0)));
        rule.max().ifPresent(max -> rules.add(new Rule(field + " above " + max, value.gt(lit(max)), 0)));
        if (!rule.allowed().isEmpty()) {
            Column allowed = value.cast("string").isin(rule.allowed().toArray());
            rules.add(new Rule(field + " not allowed", not(allowed), 0));
        }
    }

    /** The fields that rules look at. */
    Set<String> fields() {
        return quality.fields().keySet();
    }

    /**
     * The same events, counted.
     *
     * @param time the column of the event time
     * @param range events outside of it are not counted
     */
    Dataset<Row> observe(Dataset<Row> events, String time, EventRange range) {
        if (rules.isEmpty() && quality.volume().isEmpty()) {
            return events;
        }
        Column within = within(col(time), range);
        Column[] counts = rules.stream()
                .map(rule -> count(when(within.and(rule.broken()), 1)).as(rule.name()))
                .toArray(Column[]::new);
        return events.observe(OBSERVED, count(when(within, 1)).as(ROWS), counts);
    }

    private static Column within(Column time, EventRange range) {
        Column within = lit(true);
        if (range.start() != null) {
            within = within.and(time.geq(lit(Timestamp.from(range.start()))));
        }
        return range.end() == null ? within : within.and(time.lt(lit(Timestamp.from(range.end()))));
    }

    /**
     * What was not as expected, a sentence each; empty when everything was, or when that is only to be measured.
     *
     * @param counts sums of what was observed, by column
     * @param refused records that were no event
     * @param range what was read; the volume can be judged only when it has both ends
     */
    public List<String> violated(Map<String, Long> counts, long refused, EventRange range) {
        List<String> sentences = new ArrayList<>();
        if (!gate.fails()) {
            return sentences;
        }
        long rows = counts.getOrDefault(ROWS, 0L);
        for (Rule rule : rules) {
            long broken = counts.getOrDefault(rule.name(), 0L);
            if (rows > 0 && broken > rule.share() * rows) {
                sentences.add(String.format(
                        Locale.ROOT,
                        "%s: %s in %d of %d events (%.2f %%), expected %s",
                        topic,
                        rule.name(),
                        broken,
                        rows,
                        100.0 * broken / rows,
                        rule.share() == 0 ? "none" : "at most " + percent(rule.share())));
            }
        }
        gate.maxRefused().ifPresent(limit -> {
            long all = rows + refused;
            if (all > 0 && BigDecimal.valueOf(refused).compareTo(limit.multiply(BigDecimal.valueOf(all))) > 0) {
                sentences.add(topic + ": " + refused + " of " + all + " records are no event of the contract, expected"
                        + " at most " + percent(limit.doubleValue()));
            }
        });
        quality.volume().ifPresent(volume -> judge(volume, rows, range, sentences));
        return sentences;
    }

    private void judge(Quality.Volume volume, long rows, EventRange range, List<String> sentences) {
        if (range.start() == null || range.end() == null) {
            return;
        }
        double units = (double) Duration.between(range.start(), range.end()).toMillis()
                / volume.per().duration().toMillis();
        String per = " events in " + range.start() + " to " + range.end() + ", expected ";
        String unit = " per " + volume.per().name().toLowerCase(Locale.ROOT);
        volume.min()
                .filter(min -> rows < min * units)
                .ifPresent(min -> sentences.add(topic + ": " + rows + per + "at least " + min + unit));
        volume.max()
                .filter(max -> rows > max * units)
                .ifPresent(max -> sentences.add(topic + ": " + rows + per + "at most " + max + unit));
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share * 100).stripTrailingZeros().toPlainString() + " %";
    }
}
