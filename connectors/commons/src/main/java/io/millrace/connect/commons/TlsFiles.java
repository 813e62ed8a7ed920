package io.millrace.connect.commons;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;

/**
 * Trust and identity of one connector, from files in PEM, PKCS#12 or JKS, which are told apart by their content; nothing
 * global to the JVM is touched.
 */
public final class TlsFiles {
    /** Setting with the file of the certificates to trust. */
    public static final String TRUSTSTORE = "tls.truststore.location";
    /** Setting with that file's password. */
    public static final String TRUSTSTORE_PASSWORD = "tls.truststore.password";
    /** Setting with the file of the client's own certificate and key. */
    public static final String KEYSTORE = "tls.keystore.location";
    /** Setting with that file's password. */
    public static final String KEYSTORE_PASSWORD = "tls.keystore.password";

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", Pattern.DOTALL);
    private static final char[] NO_PASSWORD = {};

    private TlsFiles() {}

    /**
     * The context that a configuration asks for; empty when it asks for Java's own.
     *
     * @param text gives the value of a text setting, empty when it is not set
     * @param secret gives the value of a password setting, empty when it is not set
     * @throws ConfigException with the setting whose file cannot be used
     */
    public static Optional<SSLContext> context(
            Function<String, Optional<String>> text, Function<String, Optional<String>> secret) {
        Optional<String> trusted = text.apply(TRUSTSTORE);
        Optional<String> identity = text.apply(KEYSTORE);
        if (trusted.isEmpty() && identity.isEmpty()) {
            return Optional.empty();
        }
        TrustManager[] trust =
                trust(text, secret).map(TrustManagerFactory::getTrustManagers).orElse(null);
        KeyManager[] keys =
                keys(text, secret).map(KeyManagerFactory::getKeyManagers).orElse(null);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return Optional.of(context);
        } catch (GeneralSecurityException unusable) {
            throw new ConfigException(TRUSTSTORE, null, "TLS cannot be set up: " + unusable.getMessage());
        }
    }

    /**
     * Whom to trust, for clients that take no context; empty when that is up to Java.
     *
     * @throws ConfigException with the setting whose file cannot be used
     */
    public static Optional<TrustManagerFactory> trust(
            Function<String, Optional<String>> text, Function<String, Optional<String>> secret) {
        return text.apply(TRUSTSTORE).map(file -> trust(file, password(secret, TRUSTSTORE_PASSWORD)));
    }

    /**
     * The client's own certificate and key, for clients that take no context; empty when it has none.
     *
     * @throws ConfigException with the setting whose file cannot be used
     */
    public static Optional<KeyManagerFactory> keys(
            Function<String, Optional<String>> text, Function<String, Optional<String>> secret) {
        return text.apply(KEYSTORE).map(file -> keys(file, password(secret, KEYSTORE_PASSWORD)));
    }

    private static TrustManagerFactory trust(String file, char[] password) {
        try {
            KeyStore store;
            if (isPem(file)) {
                store = empty();
                int number = 0;
                for (Certificate certificate : certificates(file)) {
                    store.setCertificateEntry("ca-" + number++, certificate);
                }
            } else {
                store = KeyStore.getInstance(Path.of(file).toFile(), password);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            return trust;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
            throw unusable(TRUSTSTORE, file, unusable);
        }
    }

    private static KeyManagerFactory keys(String file, char[] password) {
        try {
            KeyStore store;
            if (isPem(file)) {
                store = empty();
                store.setKeyEntry(
                        "client", privateKey(file), password, certificates(file).toArray(Certificate[]::new));
            } else {
                store = KeyStore.getInstance(Path.of(file).toFile(), password);
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            return keys;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
            throw unusable(KEYSTORE, file, unusable);
        }
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    private static ConfigException unusable(String key, String file, Exception reason) {
        String why = reason.getClass().getSimpleName() + ": " + reason.getMessage();
        return new ConfigException(
                key,
                file,
                "It cannot be used (" + why
                        + "); give a PEM, PKCS#12 or JKS file that the worker can read, with its password");
    }

    private static boolean isPem(String file) throws IOException {
        return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1).contains("-----BEGIN ");
    }

    /** Only the blocks: many files hold a key or explanations between them, which the factory does not take. */
    private static Collection<? extends Certificate> certificates(String file)
            throws IOException, GeneralSecurityException {
        StringBuilder blocks = new StringBuilder();
        CERTIFICATE
                .matcher(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1))
                .results()
                .forEach(found -> blocks.append(found.group()).append('\n'));
        if (blocks.isEmpty()) {
            throw new GeneralSecurityException("it holds no certificate");
        }
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(blocks.toString().getBytes(StandardCharsets.US_ASCII)));
    }

    private static PrivateKey privateKey(String file) throws IOException, GeneralSecurityException {
        Matcher found = KEY.matcher(Files.readString(Path.of(file), StandardCharsets.ISO_8859_1));
        if (!found.find()) {
            throw new GeneralSecurityException("it holds no unencrypted PKCS8 key");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
        for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (GeneralSecurityException another) {
                // The next one may fit.
            }
        }
        throw new GeneralSecurityException("its key is neither RSA nor EC nor Ed25519");
    }

    private static char[] password(Function<String, Optional<String>> secret, String key) {
        return secret.apply(key).map(String::toCharArray).orElse(NO_PASSWORD);
    }
}
