package io.millrace.spark;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Who may ask the control endpoint, and how: with a token over TLS where both are configured, anybody on this machine
 * otherwise. The token is read for each request, so that a new one needs no restart.
 */
record ControlGuard(Optional<Path> token, Optional<SSLContext> tls) {

    /** @throws ConfigException when a file cannot be used */
    static ControlGuard of(DriverConfig config) {
        return new ControlGuard(
                config.find("control.token.file").map(Path::of),
                config.find("control.tls.keystore")
                        .map(file -> context(
                                Path.of(file),
                                config.find("control.tls.keystore.password")
                                        .orElse("")
                                        .toCharArray())));
    }

    HttpServer server(InetSocketAddress address) throws IOException {
        if (tls.isEmpty()) {
            return HttpServer.create(address, 16);
        }
        HttpsServer server = HttpsServer.create(address, 16);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
        return server;
    }

    boolean admits(Headers headers) throws IOException {
        if (token.isEmpty()) {
            return true;
        }
        String wanted = "Bearer " + Files.readString(token.get()).strip();
        String shown = headers.getFirst("Authorization");
        return shown != null
                && MessageDigest.isEqual(
                        wanted.getBytes(StandardCharsets.UTF_8), shown.getBytes(StandardCharsets.UTF_8));
    }

    private static SSLContext context(Path file, char[] password) {
        try {
            KeyStore keys = KeyStore.getInstance(file.toFile(), password);
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ConfigException("cannot use control.tls.keystore " + file + ": " + e.getMessage(), e);
        }
    }
}
