package io.millrace.local.client;

import io.millrace.local.security.ContainerFiles;
import io.millrace.local.stack.Checkout;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackException;
import io.millrace.local.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace compose-secrets}, which {@code compose/make-secrets --secure} runs. */
@Command(
        name = "compose-secrets",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = "Make certificates, accounts and settings for the containers of compose/secure.yaml.")
public final class ComposeSecretsCommand implements Callable<Integer> {
    /** Passwords that the open stack has as well, by file and name there. */
    private static final Map<String, Map<String, String>> SHARED = Map.of(
            "postgres.env",
            Map.of(
                    "POSTGRES_PASSWORD", Secrets.POSTGRES,
                    "REGISTRY_PASSWORD", Secrets.REGISTRY,
                    "REPORTING_PASSWORD", Secrets.REPORTING,
                    "SHOP_CDC_PASSWORD", Secrets.SHOP_CDC),
            "s3.env",
            Map.of("S3PROXY_IDENTITY", Secrets.S3_ACCESS_KEY, "S3PROXY_CREDENTIAL", Secrets.S3_SECRET_KEY));

    @Parameters(arity = "1", paramLabel = "DIR", description = "The folder that make-secrets made: compose/secrets.")
    private Path folder;

    @Override
    public Integer call() {
        write(folder, Checkout.current().environments().resolve("compose.yaml"));
        System.out.println("made certificates and accounts in " + folder);
        return 0;
    }

    static void write(Path secrets, Path environment) {
        StackFolder folder = new StackFolder(secrets);
        Map<String, String> shared = new TreeMap<>();
        SHARED.forEach((file, names) -> {
            Properties values = ComposeFolder.read(
                    secrets.resolve(file), "there is no " + secrets.resolve(file) + "; run compose/make-secrets");
            names.forEach((name, secret) -> shared.put(
                    secret,
                    Optional.ofNullable(values.getProperty(name))
                            .orElseThrow(() -> new StackException(secrets.resolve(file) + " has no " + name))));
        });
        SecureRandom random = new SecureRandom();
        try {
            new ContainerFiles(folder, Secrets.readOrCreate(folder, random, shared), Clock.systemUTC(), random)
                    .write(environment);
        } catch (IOException | GeneralSecurityException e) {
            throw new StackException("cannot write to " + secrets + ": " + e.getMessage(), e);
        }
    }
}
