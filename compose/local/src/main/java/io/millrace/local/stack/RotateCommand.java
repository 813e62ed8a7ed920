package io.millrace.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.configs.ConnectClient;
import io.millrace.connect.configs.Patience;
import io.millrace.local.client.RunningStack;
import io.millrace.local.client.StackOption;
import io.millrace.local.control.StackDefaults;
import io.millrace.local.security.Account;
import io.millrace.local.security.SecuredSecurity;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace rotate}. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = {
            "Replace an account's password at Kafka and the registry, or a service's certificate, on a stack that was",
            "started with --secure and goes on running; who uses it is started again, awaited, and goes on where it was."
        })
public final class RotateCommand implements Callable<Integer> {
    /** Services whose certificate is read when their process starts. */
    private static final List<String> SERVICES = List.of(
            "kafka",
            "connect",
            "registry",
            "postgres",
            "elasticsearch",
            "redis",
            "s3",
            "mqtt",
            "spark-serving",
            "spark-lake");

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(200);

    @Mixin
    private StackOption stack;

    @Option(names = "--certificate", description = "NAME is a service: replace its key and certificate.")
    private boolean certificate;

    @Parameters(arity = "1", paramLabel = "NAME", description = "An account, see compose/SECURITY.md.")
    private String name;

    @Override
    public Integer call() throws Exception {
        RunningStack running = stack.require();
        if (!running.access().isSecured()) {
            throw new StackException("the stack was not started with --secure: it has no accounts to rotate");
        }
        if (certificate) {
            rotateCertificate(running);
        } else {
            rotatePassword(running);
        }
        return 0;
    }

    private void rotatePassword(RunningStack running) throws Exception {
        Account account = Arrays.stream(Account.values())
                .filter(each -> each != Account.KAFKA && each.user().equals(name))
                .findFirst()
                .orElseThrow(() -> new StackException("there is no account " + name + " with a password; there are "
                        + Arrays.stream(Account.values())
                                .filter(each -> each != Account.KAFKA)
                                .map(Account::user)
                                .collect(Collectors.joining(", "))));
        Secrets secrets = Secrets.replace(running.folder(), account.kafkaPassword(), new SecureRandom());
        SecuredSecurity security = security(running, secrets);
        security.prepare();
        security.admitToBroker();
        System.out.println("The password of " + name + " is another one, at Kafka and at the registry.");
        restartUsers(running, account);
    }

    private void rotateCertificate(RunningStack running) throws IOException, InterruptedException {
        if (!SERVICES.contains(name)) {
            throw new StackException(
                    "there is no service " + name + " whose certificate can be replaced while the stack"
                            + " runs; there are " + String.join(", ", SERVICES)
                            + ". The page's and the http-source's are replaced by removing their folder below "
                            + running.folder().security() + " before the next start");
        }
        StackFolder.delete(running.folder().security().resolve(name));
        // A service makes what is missing when it starts.
        restart(running, name);
    }

    private void restartUsers(RunningStack running, Account account) throws InterruptedException {
        switch (account) {
            case WEB_HTTP, SHOP_CDC, SERVING_REDIS, SERVING_ELASTICSEARCH -> {
                ConnectClient connect = connect(running);
                connect.restart(account.user(), false);
                connect.awaitRunning(account.user(), LIMIT);
                System.out.println("The connector " + name + " was started again and runs.");
            }
            case CONNECT, CONNECTORS -> restart(running, ConnectService.NAME);
            case SPARK_SERVING, SPARK_LAKE -> restart(running, account.user());
            default -> System.out.println("Nothing keeps a connection as " + name + ".");
        }
    }

    private static ConnectClient connect(RunningStack running) {
        return new ConnectClient(
                StackDefaults.environment(running.access(), running.folder())
                        .connect()
                        .address(),
                Patience.of(Duration.ofSeconds(60)));
    }

    /** Ends a service in order, and waits until the supervisor has started it again. */
    private static void restart(RunningStack running, String service) throws InterruptedException {
        Optional<PidFile> before = PidFile.read(running.folder().pidFile(service));
        if (before.isEmpty()) {
            System.out.println(service + " does not run; it starts with what is new.");
            return;
        }
        long pid = before.get().pid();
        Signals.send(service.equals(PostgresService.NAME) ? "INT" : "TERM", pid);
        System.out.println(service + " was told to end; the supervisor starts it again.");
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!isUpAgain(running, service, pid)) {
            if (System.nanoTime() - deadline > 0) {
                throw new StackException(service + " has not come up again within " + LIMIT.toMinutes()
                        + " minutes; its log is in " + running.folder().logs());
            }
            Thread.sleep(POLL.toMillis());
        }
        System.out.println(service + " is up again.");
    }

    private static boolean isUpAgain(RunningStack running, String service, long before) {
        Optional<JsonNode> file = StackFile.read(running.folder());
        if (file.isEmpty()) {
            throw new StackException("the stack was stopped meanwhile");
        }
        for (JsonNode node : file.get().path("services")) {
            if (node.path("name").asText().equals(service)) {
                String state = node.path("state").asText();
                if (state.equals("failed")) {
                    throw new StackException(
                            service + " was given up: " + node.path("detail").asText() + "; its log is in "
                                    + running.folder().logs());
                }
                return state.equals("up") && node.path("pid").asLong(before) != before;
            }
        }
        return false;
    }

    private static SecuredSecurity security(RunningStack running, Secrets secrets) {
        Checkout checkout = Checkout.current();
        return new SecuredSecurity(
                running.address(),
                running.folder(),
                secrets,
                () -> ContractFolders.all(checkout.contracts(), running.folder().contracts()),
                Clock.systemUTC(),
                new SecureRandom());
    }
}
