package io.millrace.schemas.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContractPagesTest {
    @TempDir
    private Path out;

    @Test
    void everyContractHasAPageAndTheIndexLinksThemAll() throws IOException {
        int written = ContractPages.write(Path.of("contracts"), out);
        String index = Files.readString(out.resolve("index.md"));
        List<String> pages = pages();
        assertThat(pages).hasSize(written + 1).contains("web.events.md");
        assertThat(pages)
                .filteredOn(page -> !page.equals("index.md"))
                .allMatch(page -> index.contains("](" + page + ")"));
    }

    @Test
    void aPageSaysWhatTheContractSays() throws IOException {
        ContractPages.write(Path.of("contracts"), out);
        assertThat(Files.readString(out.resolve("web.events.md")))
                .contains("| written by | http-source |")
                .contains("| read by | spark: enrich, spark: data_quality, spark: lake_raw |")
                .contains("| personal data | `user_id`, `address` |")
                .contains("4 partitions, 1 replica, delete, kept for 7d")
                .contains("| `bytes` | whole number (64 bit); may be null | bytes | `null` | `5124` |")
                .contains("an event more than 1h ahead of its arrival goes to quarantine")
                .contains("- `status`: 100 to 599")
                .contains("- version 1: the first");
        assertThat(Files.readString(out.resolve("quarantine.web.events.md"))).contains("| `failure.stage` | text |");
        assertThat(Files.readString(out.resolve("cdc.shop.public.orders.md")))
                .contains("debezium: shop-cdc registers it");
    }

    @Test
    void awkwardContractsHaveTheirPagesToo() throws IOException {
        ContractPages.write(Path.of("src/test/resources/awkward"), out);
        assertThat(Files.readString(out.resolve("hr.new.md")))
                .contains("A path C:\\users */ with \\| pipes")
                .contains("| `lines[].hash` | exactly 16 bytes |")
                .contains("decimal number of up to 10 digits, 2 of them after the point")
                .contains("one of new, class, A");
    }

    @Test
    void aPageTellsWhatEachVersionChanged(@TempDir Path contracts) throws IOException {
        Path folder = NewContract.create(contracts, "shop.returns", "shop");
        ReleasedVersions.release(folder);
        Path value = folder.resolve("value.avsc");
        String first = Files.readString(value);
        Files.writeString(value, first.replace("\"amount\"", "\"refund\", \"aliases\": [\"amount\"]"));
        ReleasedVersions.release(folder);
        Files.writeString(
                value,
                first.replace("\"amount\"", "\"refund\"").replace("event_time\"", "event_time\", \"default\": 0"));
        ContractPages.write(contracts, out);
        assertThat(Files.readString(out.resolve("shop.returns.md")))
                .contains("- version 1: the first\n")
                .contains("- version 2: renames `amount` to `refund`; reads `amount` of earlier records as `refund`\n")
                .contains("- not released yet: gives `event_time` a default\n");
    }

    private List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
