package io.millrace.connect.http.listen;

import io.millrace.connect.commons.TlsFiles;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The settings of TLS, by the keys of {@link TlsFiles}. Shows none of them.
 *
 * @param clientAuth {@code none}, {@code requested} or {@code required}
 */
public record Tls(Map<String, String> files, String clientAuth) {
    public static final String CLIENT_AUTH = "tls.client.auth";
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    public Tls {
        files = Map.copyOf(files);
    }

    /** @throws org.apache.kafka.common.config.ConfigException naming the file that cannot be used */
    public SslContext context() {
        ClientAuth demanded =
                switch (clientAuth) {
                    case "required" -> ClientAuth.REQUIRE;
                    case "requested" -> ClientAuth.OPTIONAL;
                    default -> ClientAuth.NONE;
                };
        return new JdkSslContext(
                TlsFiles.context(key -> Optional.ofNullable(files.get(key)), key -> Optional.ofNullable(files.get(key)))
                        .orElseThrow(),
                false,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                null,
                demanded,
                PROTOCOLS,
                false);
    }

    /** The common name of the client's certificate, else its whole name; empty when it has shown none. */
    static Optional<String> client(SSLSession session) {
        try {
            String whole = ((X509Certificate) session.getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
            return Optional.of(commonName(whole).orElse(whole));
        } catch (SSLPeerUnverifiedException none) {
            return Optional.empty();
        }
    }

    private static Optional<String> commonName(String whole) {
        try {
            return new LdapName(whole)
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(Rdn::getValue)
                            .map(String::valueOf)
                            .findFirst();
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "Tls[clientAuth=" + clientAuth + "]";
    }
}
