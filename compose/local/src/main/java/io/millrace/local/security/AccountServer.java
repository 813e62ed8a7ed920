package io.millrace.local.security;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.local.stack.Permissions;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackFolder;
import io.millrace.schemas.Contract;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The container {@code accounts} of a secured compose stack. It makes the brokers know accounts and permissions, gives
 * connectors their tokens for the registry, and permits what contracts that come later need.
 */
public final class AccountServer {
    static final int PORT = 8443;
    private static final int THREADS = 4;

    private AccountServer() {}

    /** @param args the brokers' internal listener, and folders of contracts */
    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            System.err.println("accounts: BROKER:PORT CONTRACTS...");
            System.exit(2);
        }
        StackFolder folder = MountedFolder.SEEN;
        Secrets secrets = Secrets.read(folder);
        KafkaAccounts accounts = SecuredKafka.accounts(
                args[0],
                Certificates.ServiceFiles.in(folder.security(), Account.KAFKA.user()),
                Certificates.authority(folder.security()),
                secrets);
        Path[] contracts = new Path[args.length - 1];
        for (int i = 1; i < args.length; i++) {
            contracts[i - 1] = Path.of(args[i]);
        }
        admit(accounts, () -> Permissions.contracts(contracts));
        serve(folder, secrets);
        System.out.println("The brokers know the accounts; tokens for the registry are given on port " + PORT + ".");
        Permissions permissions = new Permissions(all -> accounts.permit(KafkaAcls.of(all)), contracts);
        Executors.newSingleThreadScheduledExecutor()
                .scheduleWithFixedDelay(permissions::follow, 1, 1, TimeUnit.SECONDS);
    }

    /** Tries again while the broker starts. */
    private static void admit(KafkaAccounts accounts, Supplier<Collection<Contract>> contracts)
            throws InterruptedException {
        while (true) {
            try {
                accounts.set(KafkaAcls.of(contracts.get()));
                return;
            } catch (ExecutionException | TimeoutException brokerAway) {
                System.err.println("accounts: the broker does not take them yet: " + brokerAway.getMessage());
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    private static void serve(StackFolder folder, Secrets secrets) throws IOException, GeneralSecurityException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(PORT), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(ServerTls.context(
                Certificates.ServiceFiles.in(folder.security(), "accounts").keystore(),
                secrets.get(Secrets.KEYSTORES))));
        SecuredRegistry registry = new SecuredRegistry(folder, Clock.systemUTC(), new SecureRandom());
        server.createContext(TokenEndpoint.PATH, registry.endpoint());
        server.createContext("/health", exchange -> {
            try (exchange) {
                byte[] up = "up".getBytes(StandardCharsets.US_ASCII);
                exchange.sendResponseHeaders(200, up.length);
                exchange.getResponseBody().write(up);
            }
        });
        server.setExecutor(Executors.newFixedThreadPool(THREADS));
        server.start();
    }
}
