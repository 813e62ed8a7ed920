package io.millrace.local.security;

import io.millrace.local.stack.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Elasticsearch with TLS and its file realm: users and roles are files, as the distribution at hand lacks the analysis
 * module that the native realm and API keys need.
 */
final class SecuredElasticsearch {
    private static final int ITERATIONS = 10_000;
    private static final int BYTES = 32;

    private final Secrets secrets;
    private final Certificates certificates;
    private final SecureRandom random;

    SecuredElasticsearch(Secrets secrets, Certificates certificates, SecureRandom random) {
        this.secrets = secrets;
        this.certificates = certificates;
        this.random = random;
    }

    String settings() {
        return """
                xpack.security.enabled: true
                xpack.security.autoconfiguration.enabled: false
                xpack.security.enrollment.enabled: false
                xpack.security.authc.api_key.enabled: false
                xpack.security.authc.reserved_realm.enabled: false
                xpack.security.authc.realms.file.file.order: 0
                xpack.security.authc.realms.native.native.enabled: false
                xpack.security.authc.password_hashing.algorithm: pbkdf2
                xpack.security.http.ssl:
                  enabled: true
                  certificate: certificates/certificate.pem
                  key: certificates/key.pem
                xpack.security.transport.ssl:
                  enabled: true
                  certificate: certificates/certificate.pem
                  key: certificates/key.pem
                  certificate_authorities: certificates/%s
                  client_authentication: required
                  verification_mode: full
                """
                .formatted(certificates.authority().getFileName());
    }

    private static final String ROLES =
            """
            millrace_sink:
              cluster: [monitor, manage_index_templates]
              indices:
                - names: ["serving.*", "millrace-ledger"]
                  privileges: [create_index, index, delete, read, view_index_metadata, manage]
            millrace_reader:
              cluster: [monitor]
              indices:
                - names: ["serving.*", "millrace-ledger"]
                  privileges: [read, view_index_metadata, maintenance]
            """;

    void writeFiles(Path config) throws IOException {
        for (Map.Entry<String, String> file : files().entrySet()) {
            SecretFile.write(config.resolve(file.getKey()), file.getValue());
        }
    }

    /** Users and roles, by the name of the file in its configuration folder. */
    Map<String, String> files() throws IOException {
        String sink = Account.SERVING_ELASTICSEARCH.user();
        String reader = Account.READER.user();
        return Map.of(
                "users",
                sink + ":" + hash(secrets.get(Secrets.ELASTICSEARCH_SINK)) + "\n" + reader + ":"
                        + hash(secrets.get(Secrets.ELASTICSEARCH_READER)) + "\n",
                "users_roles",
                "millrace_sink:" + sink + "\n" + "millrace_reader:" + reader + "\n",
                "roles.yml",
                ROLES,
                "role_mapping.yml",
                "");
    }

    /** A password as Elasticsearch keeps it. */
    private String hash(String password) throws IOException {
        byte[] salt = new byte[BYTES];
        random.nextBytes(salt);
        try {
            byte[] key = SecretKeyFactory.getInstance("PBKDF2withHMACSHA512")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, ITERATIONS, BYTES * 8))
                    .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder();
            return "{PBKDF2}" + ITERATIONS + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(key);
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot hash a password: " + e.getMessage(), e);
        }
    }
}
