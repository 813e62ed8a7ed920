package io.millrace.connect.configs.environment;

import io.millrace.connect.configs.ConnectAddress;
import io.millrace.connect.configs.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How Connect's REST interface is reached.
 *
 * @param url base URL of a worker
 * @param user for basic authentication
 * @param password for basic authentication
 * @param truststore PKCS#12, JKS or PEM file with the certificates to trust; empty: those of the Java runtime
 * @param truststorePassword of a truststore that needs one
 * @param keystore PKCS#12, JKS or PEM file with the client's key and certificate
 * @param keystorePassword of a keystore that needs one
 */
public record ConnectAccess(
        Setting url,
        Optional<Setting> user,
        Optional<Setting> password,
        Optional<Path> truststore,
        Optional<Setting> truststorePassword,
        Optional<Path> keystore,
        Optional<Setting> keystorePassword) {

    /**
     * The worker's address with everything that reaching it takes, references resolved; not to be kept or printed.
     *
     * @throws io.millrace.connect.configs.DeclarationException when a reference or a file leads nowhere
     */
    public ConnectAddress address() {
        ConnectAddress address = ConnectAddress.of(url.value());
        if (user.isPresent()) {
            address = address.withUser(
                    user.get().value(), password.map(Setting::value).orElse(""));
        }
        if (truststore.isPresent() || keystore.isPresent()) {
            address = address.withTls(TlsFiles.context(
                    truststore,
                    truststorePassword.map(Setting::value),
                    keystore,
                    keystorePassword.map(Setting::value)));
        }
        return address;
    }

    /** Access without TLS settings and authentication. */
    public static ConnectAccess plain(String url) {
        return new ConnectAccess(
                Setting.literal(url),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
