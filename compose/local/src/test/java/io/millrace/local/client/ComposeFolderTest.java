package io.millrace.local.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.local.security.Part;
import io.millrace.local.stack.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComposeFolderTest {
    @TempDir
    private Path folder;

    @Test
    void portsAndPasswordAreThoseThatComposeHas() throws IOException {
        write(".env", "# a comment\nMILLRACE_PORTS=291\n");
        write("secrets/postgres.env", "POSTGRES_PASSWORD=p-1\nREGISTRY_PASSWORD=p-2\n");

        RunningStack stack = ComposeFolder.stack(folder);

        assertThat(stack.events()).hasToString("http://127.0.0.1:29101/v1/events");
        assertThat(stack.shop().port()).isEqualTo(29107);
        assertThat(stack.shop().password()).isEqualTo("p-1");
        assertThat(stack.toString()).doesNotContain("p-1");
    }

    @Test
    void aStackWithCertificatesIsAskedWithTlsAndToldItsSecrets() throws IOException {
        write(".env", "MILLRACE_PORTS=291\n");
        write("secrets/postgres.env", "POSTGRES_PASSWORD=p-1\n");
        write("secrets/secrets.properties", "http.write.key=k-1\n");
        write("secrets/security/ca.pem", "");

        RunningStack stack = ComposeFolder.stack(folder);

        assertThat(stack.events()).hasToString("https://127.0.0.1:29101/v1/events");
        assertThat(stack.access().headers(Part.HTTP_SOURCE)).containsEntry("X-Write-Key", "k-1");
        assertThat(stack.access().jdbc("shop"))
                .contains("sslmode=verify-full", "sslrootcert=" + folder.resolve("secrets/security/ca.pem"));
    }

    @Test
    void whatIsMissingIsNamedWithItsRemedy() throws IOException {
        assertThatThrownBy(() -> ComposeFolder.stack(folder))
                .isInstanceOf(StackException.class)
                .hasMessageContaining("has no .env");
        write(".env", "MILLRACE_PORTS=none\n");
        assertThatThrownBy(() -> ComposeFolder.stack(folder)).hasMessageContaining("make-secrets");
        write("secrets/postgres.env", "POSTGRES_PASSWORD=p-1\n");
        assertThatThrownBy(() -> ComposeFolder.stack(folder)).hasMessageContaining("not 'none'");
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
