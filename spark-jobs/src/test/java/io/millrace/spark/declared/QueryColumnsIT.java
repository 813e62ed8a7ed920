package io.millrace.spark.declared;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.spark.DriverConfig;
import io.millrace.spark.Sessions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class QueryColumnsIT {
    private static final StructType COLUMNS =
            StructType.fromDDL("site string, status int, page string, at timestamp, bytes bigint");
    private static SparkSession spark;

    @BeforeAll
    static void open() {
        Path temporary = Path.of("target", "spark-local").toAbsolutePath();
        spark = Sessions.open(
                DriverConfig.of("test", Map.of("spark.local.dir", temporary.toString()), name -> null), "test", true);
    }

    @Test
    void onlyWhatAQueryLooksAtIsNeeded() {
        assertThat(needed("select site, count(*) as n from events where status > 400 group by site"))
                .containsExactlyInAnyOrder("site", "status");
        assertThat(needed("select *, n > 2 as many from (select site, count(*) as n from events e group by e.site)"))
                .containsExactly("site");
        assertThat(needed("select count(*) as n from events")).isEmpty();
    }

    @Test
    void everythingIsNeededThatAStarStandsFor() {
        Set<String> all = Set.of(COLUMNS.fieldNames());
        assertThat(needed("select * from events")).isEqualTo(all);
        assertThat(needed("select distinct * from events")).isEqualTo(all);
        assertThat(needed("select to_json(struct(events.*)) as text from events"))
                .isEqualTo(all);
        assertThat(needed("select count(*) as n from (select * from events union all select * from events)"))
                .isEqualTo(all);
    }

    @Test
    void aQueryThatHasTakenTheNameIsLookedInto() {
        assertThat(needed("with events as (select site, bytes from events where page = 'x') select site from events"))
                .contains("site", "page");
        assertThat(needed("select site from events where bytes > (select avg(status) from events)"))
                .containsExactlyInAnyOrder("site", "bytes", "status");
    }

    @Test
    void aResultIsTheSameWithoutTheOthers() {
        String query = "with events as (select site, bytes from events where page = 'p1') select site, sum(bytes) as b"
                + " from events group by site order by site";
        Dataset<Row> rows = spark.sql("select concat('s', id % 3) as site, cast(id as int) as status,"
                + " concat('p', id % 2) as page, current_timestamp() as at, id as bytes from range(50)");
        Dataset<Row> whole = over(rows, query);
        String[] needed = QueryColumns.of(whole).toArray(String[]::new);
        Dataset<Row> some = rows.select(Set.of(needed).stream()
                .filter(Set.of(rows.columns())::contains)
                .map(rows::col)
                .toArray(org.apache.spark.sql.Column[]::new));

        assertThat(some.columns()).doesNotContain("status", "at");
        assertThat(over(some, query).collectAsList())
                .isEqualTo(whole.collectAsList())
                .isNotEmpty();
    }

    private static Set<String> needed(String query) {
        Set<String> found =
                new TreeSet<>(QueryColumns.of(over(spark.createDataFrame(java.util.List.of(), COLUMNS), query)));
        found.retainAll(Set.of(COLUMNS.fieldNames()));
        return found;
    }

    private static Dataset<Row> over(Dataset<Row> rows, String query) {
        rows.createOrReplaceTempView("events");
        try {
            return spark.sql(query);
        } finally {
            spark.catalog().dropTempView("events");
        }
    }
}
