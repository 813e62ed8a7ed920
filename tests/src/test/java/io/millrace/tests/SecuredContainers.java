package io.millrace.tests;

import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.security.Account;
import io.millrace.local.security.ContainerFiles;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackFolder;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** Brokers, their accounts and Redis as {@code compose/secure.yaml} says, on the ports that it publishes. */
final class SecuredContainers implements AutoCloseable {
    private static final String DIGITS = "273";
    private static final int TOKENS = 8443;
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final Path folder;
    private final Network network = Network.newNetwork();
    private final Deque<GenericContainer<?>> started = new ArrayDeque<>();
    private final StackAddress address = new StackAddress(Integer.parseInt(DIGITS) * 100);
    private GenericContainer<?> accounts;

    private SecuredContainers(Path folder) {
        this.folder = folder;
    }

    /** @param folder empty; gets certificates and accounts */
    static SecuredContainers start(Path folder) throws Exception {
        SecureRandom random = new SecureRandom();
        StackFolder state = new StackFolder(folder);
        new ContainerFiles(state, Secrets.readOrCreate(state, random, Map.of()), Clock.systemUTC(), random)
                .write(LocalStack.repositoryRoot().resolve("connect-configs/environments/compose.yaml"));
        SecuredContainers containers = new SecuredContainers(folder);
        try {
            containers.run("kafka", containers.address.kafka());
            containers.accounts = containers.run("accounts", 0);
            containers.run("redis", containers.address.redis());
            return containers;
        } catch (Exception | Error e) {
            containers.close();
            throw e;
        }
    }

    /** @param port where its first port is published; 0 for nowhere */
    private GenericContainer<?> run(String name, int port) throws IOException {
        ComposeService service = ComposeService.secured(name, DIGITS);
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(service.image()))
                .withNetwork(network)
                .withNetworkAliases(name)
                .withEnv(service.environment())
                .withImagePullPolicy(image -> false)
                .withCreateContainerCmdModifier(create -> {
                    create.withHostName(name);
                    if (!service.entrypoint().isEmpty()) {
                        create.withEntrypoint(service.entrypoint());
                    }
                });
        if (!service.command().isEmpty()) {
            container.withCommand(service.command().toArray(String[]::new));
        }
        if (port == 0) {
            container.withExposedPorts(TOKENS);
        } else {
            container.setPortBindings(
                    List.of("127.0.0.1:" + port + ":" + service.ports().get(0)));
        }
        service.files()
                .forEach((target, file) -> container.withCopyFileToContainer(
                        MountableFile.forHostPath(mounted(file), Files.isDirectory(mounted(file)) ? 0755 : 0644),
                        target));
        container.waitingFor(new ImagesIT.HealthCommand(container, service.health()).withStartupTimeout(LIMIT));
        started.push(container);
        container.start();
        return container;
    }

    /** What the checkout's own secrets would be, out of this test's. */
    private Path mounted(Path file) {
        Path secrets = LocalStack.repositoryRoot().resolve("compose/secrets");
        return file.startsWith(secrets) ? folder.resolve(secrets.relativize(file)) : file;
    }

    Access access() {
        return Access.secured(address, new StackFolder(folder));
    }

    Properties secrets() throws IOException {
        Properties secrets = new Properties();
        try (var in = Files.newInputStream(folder.resolve("secrets.properties"))) {
            secrets.load(in);
        }
        return secrets;
    }

    String password(Account account) throws IOException {
        return secrets().getProperty(account.kafkaPassword());
    }

    /** What somebody who asks for a token of the registry is answered. */
    int tokenStatus(Account account, String password) throws IOException, InterruptedException {
        String form = "grant_type=client_credentials&client_id=" + account.user() + "&client_secret="
                + URLEncoder.encode(password, StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + accounts.getMappedPort(TOKENS) + "/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
        return access().http()
                .build()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Logs, and what the engine tells about each container. */
    Map<String, String> told() throws IOException, InterruptedException {
        Map<String, String> told = new TreeMap<>();
        for (GenericContainer<?> container : started) {
            told.put("log of " + container.getDockerImageName(), container.getLogs());
            told.put(
                    "inspect " + container.getDockerImageName(),
                    output("docker", "inspect", container.getContainerId()));
        }
        return told;
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ":\n" + text);
        }
        return text;
    }

    @Override
    public void close() {
        while (!started.isEmpty()) {
            started.pop().stop();
        }
        network.close();
    }
}
