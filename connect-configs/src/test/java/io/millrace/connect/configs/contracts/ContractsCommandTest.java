package io.millrace.connect.configs.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ContractsCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path contracts;

    @Test
    void anEventKindIsBegunCheckedReleasedAndDocumented() throws IOException {
        assertThat(run("new", "shop.returns", "--owner", "shop")).isZero();
        assertThat(out)
                .hasToString("Made " + contracts.resolve("shop.returns/contract.yaml") + " and "
                        + contracts.resolve("shop.returns/value.avsc") + "."
                        + System.lineSeparator() + "Edit both, then: millrace contracts check"
                        + System.lineSeparator());
        assertThat(run("check")).isZero();
        assertThat(out.toString()).contains("shop.returns         -  ok, not released yet");
        assertThat(run("release", "shop.returns")).isZero();
        assertThat(contracts.resolve("shop.returns/released/1.avsc")).exists();
        assertThat(run("check")).isZero();
        assertThat(out.toString()).contains("shop.returns         1  ok\n");

        Path pages = contracts.resolveSibling(contracts.getFileName() + "-pages");
        assertThat(run("docs", "--out", pages.toString())).isZero();
        assertThat(Files.readString(pages.resolve("shop.returns.md"))).contains("| owner | shop |");
    }

    @Test
    void aBreakIsOneSentenceAndExitCodeOne() throws IOException {
        breakOne();
        assertThat(run("check")).isEqualTo(1);
        assertThat(out.toString())
                .contains("shop.returns         1  breaks 1 promise")
                .contains("shop.returns: field event_id was removed, but version 1 released it without a default");
    }

    @Test
    void theReportAsJsonNamesFieldRuleAndRemedy() throws IOException {
        breakOne();
        assertThat(run("check", "--json")).isEqualTo(1);
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertThat(report.path("sound").asBoolean()).isFalse();
        JsonNode broken = report.at("/contracts/0/breaks/0");
        assertThat(broken.path("field").asText()).isEqualTo("event_id");
        assertThat(broken.path("rule").asText()).isEqualTo("field-removed");
        assertThat(broken.at("/versions/0").asInt()).isEqualTo(1);
        assertThat(broken.path("remedy").asText()).startsWith("keep the field");
    }

    @Test
    void aReleaseThatIsRefusedSaysWhyAndFails() throws IOException {
        run("new", "shop.returns");
        run("release", "shop.returns");
        assertThat(run("release", "shop.returns")).isEqualTo(1);
        assertThat(err.toString()).contains("nothing to release");
        breakOne();
        assertThat(run("release", "shop.returns")).isEqualTo(1);
        assertThat(err.toString()).contains("field event_id was removed");
        assertThat(contracts.resolve("shop.returns/released/2.avsc")).doesNotExist();
    }

    @Test
    void whatDoesNotExistIsAMistakeInTheCommandLine() {
        assertThat(run("release", "shop.nothing")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no contract shop.nothing in " + contracts);
        assertThat(run("check", "--contracts", contracts.resolve("nowhere").toString()))
                .isEqualTo(2);
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("check", "release", "docs", "new");
    }

    private void breakOne() throws IOException {
        Path value = contracts.resolve("shop.returns/value.avsc");
        if (!Files.exists(value)) {
            run("new", "shop.returns");
            run("release", "shop.returns");
        }
        Files.writeString(value, Files.readString(value).replaceAll("\"name\": \"event_id\"", "\"name\": \"other\""));
        Files.writeString(
                value,
                Files.readString(value)
                        .replaceFirst("(\"name\": \"other\",\\s+\"type\": \"string\")", "$1, \"default\": \"\""));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(new ContractsCommand(() -> contracts))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
