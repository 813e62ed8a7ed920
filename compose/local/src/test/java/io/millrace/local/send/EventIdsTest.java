package io.millrace.local.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class EventIdsTest {
    @Property
    void theSameLineAtTheSamePlaceHasTheSameIdentity(@ForAll String site, @ForAll long offset, @ForAll byte[] line) {
        assertThat(new EventIds(site, "f").of(offset, line))
                .isEqualTo(new EventIds(site, "f").of(offset, line))
                .matches("[0-9a-f]{32}");
    }

    @Property
    void anotherPlaceOrLineHasAnotherIdentity(
            @ForAll long offset, @ForAll long other, @ForAll byte[] line, @ForAll byte[] otherLine) {
        Assume.that(offset != other && !java.util.Arrays.equals(line, otherLine));
        EventIds ids = new EventIds("s", "f");
        String id = ids.of(offset, line);
        assertThat(ids.of(other, line)).isNotEqualTo(id);
        assertThat(ids.of(offset, otherLine)).isNotEqualTo(id);
    }

    @Example
    void siteAndFileNameAreKeptApart() {
        byte[] line = "x".getBytes(StandardCharsets.UTF_8);
        assertThat(new EventIds("ab", "c").of(0, line)).isNotEqualTo(new EventIds("a", "bc").of(0, line));
    }

    @Example
    void theIdentityNeverChangesBetweenReleases() {
        assertThat(new EventIds("site", "file.log").of(7, "line".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("af0cc863e44be442354c9f48b15f4810");
    }

    @Example
    void theSiteIsTheNameWithoutItsExtension() {
        assertThat(new SourceFile(Path.of("/x/access-log-2015.txt")).site()).isEqualTo("access-log-2015");
        assertThat(new SourceFile(Path.of("access-log-2015.txt.gz")).site()).isEqualTo("access-log-2015");
        assertThat(new SourceFile(Path.of("access_log")).site()).isEqualTo("access_log");
        assertThat(new SourceFile(Path.of("a b|c.log")).site()).isEqualTo("a-b-c");
        assertThat(new SourceFile(Path.of(".log")).site()).isEqualTo(".log");
        String longName = "requests-of-the-web-site-of-the-company-in-the-year-2015";
        assertThat(new SourceFile(Path.of(longName + "-a.log")).site())
                .hasSize(50)
                .isNotEqualTo(new SourceFile(Path.of(longName + "-b.log")).site());
    }
}
