package io.millrace.local.client;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.stack.StackException;
import io.millrace.local.stack.StackFolder;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * A compose stack as the commands see it: its ports are published at the distances of {@link StackAddress} from a port base
 * that {@code .env} gives the first digits of.
 */
final class ComposeFolder {
    private static final String PORTS = "MILLRACE_PORTS";
    private static final String PASSWORD = "POSTGRES_PASSWORD";

    private ComposeFolder() {}

    /**
     * The stack of a folder with {@code compose.yaml}. {@value #PORTS} in the environment wins over {@code .env}, as it does
     * for Compose. The stack is secured when {@code make-secrets --secure} has made certificates: these are insisted on then,
     * so that whoever else listens on its ports is told nothing.
     *
     * @throws StackException when the folder is none, with what to do
     */
    static RunningStack stack(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        Properties settings =
                read(root.resolve(".env"), root + " has no .env; name the folder that holds compose.yaml");
        Path secrets = root.resolve("secrets/postgres.env");
        Properties passwords = read(secrets, "there is no " + secrets + "; run " + root.resolve("make-secrets"));
        String digits = Optional.ofNullable(System.getenv(PORTS)).orElse(settings.getProperty(PORTS, ""));
        if (!digits.matches("[1-9]\\d{0,2}")) {
            throw new StackException(PORTS + " in " + root.resolve(".env")
                    + " must be the first one to three digits of a port, not '" + digits + "'");
        }
        StackFolder accounts = new StackFolder(root.resolve("secrets"));
        return new RunningStack(
                Access.of(
                        new StackAddress(Integer.parseInt(digits) * 100),
                        accounts,
                        Files.isDirectory(accounts.security())),
                new StackFolder(root),
                Optional.of(Optional.ofNullable(passwords.getProperty(PASSWORD))
                        .orElseThrow(() -> new StackException(secrets + " has no " + PASSWORD))));
    }

    static Properties read(Path file, String missing) {
        Properties values = new Properties();
        if (!Files.isRegularFile(file)) {
            throw new StackException(missing);
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            values.load(reader);
        } catch (IOException e) {
            throw new StackException("cannot read " + file + ": " + e.getMessage(), e);
        }
        return values;
    }
}
