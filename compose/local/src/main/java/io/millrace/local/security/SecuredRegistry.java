package io.millrace.local.security;

import io.millrace.local.StackAddress;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Apicurio Registry with TLS, and with roles for whoever shows a token of the stack's. Its default OIDC tenant would want
 * an identity server; a second one, for every path, has the public key alone.
 */
final class SecuredRegistry {
    private static final String TENANT = "-Dquarkus.oidc.millrace.";
    /** The default tenant is never asked, and must not look for its server either. */
    private static final String NOBODY = "https://127.0.0.1:1/";

    private final StackFolder folder;
    private final RegistryTokens tokens;

    SecuredRegistry(StackFolder folder, Clock clock, SecureRandom random) throws GeneralSecurityException, IOException {
        this.folder = folder;
        this.tokens = RegistryTokens.readOrCreate(folder.security(), clock, random);
    }

    /** A new token for each account at every start. */
    void writeTokens() throws IOException {
        for (Account account : Account.values()) {
            try {
                SecretFile.write(
                        Access.registryToken(folder, account), tokens.token(account.user(), account.registryRole()));
            } catch (GeneralSecurityException e) {
                throw new IOException("cannot sign the registry's tokens: " + e.getMessage(), e);
            }
        }
    }

    TokenEndpoint endpoint() {
        return new TokenEndpoint(tokens, () -> Secrets.read(folder));
    }

    Map<String, String> environment(int port, Certificates.ServiceFiles own) {
        return Map.ofEntries(
                Map.entry("QUARKUS_HTTP_INSECURE_REQUESTS", "disabled"),
                Map.entry("QUARKUS_HTTP_SSL_PORT", Integer.toString(port)),
                Map.entry(
                        "QUARKUS_HTTP_SSL_CERTIFICATE_FILES", own.certificate().toString()),
                Map.entry("QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES", own.key().toString()),
                // Its management port could be given neither TLS nor a guard: it is not opened.
                Map.entry("QUARKUS_MANAGEMENT_HOST_ENABLED", "false"),
                Map.entry("QUARKUS_MANAGEMENT_HOST", StackAddress.HOST),
                Map.entry("QUARKUS_OIDC_TENANT_ENABLED", "true"),
                Map.entry("QUARKUS_OIDC_AUTH_SERVER_URL", NOBODY),
                Map.entry("QUARKUS_OIDC_DISCOVERY_ENABLED", "false"),
                Map.entry("QUARKUS_OIDC_JWKS_RESOLVE_EARLY", "false"),
                Map.entry("QUARKUS_OIDC_JWKS_PATH", "/none"),
                Map.entry("APICURIO_AUTH_ROLE_BASED_AUTHORIZATION", "true"));
    }

    List<String> options(Path trustStore) {
        return List.of(
                TENANT + "tenant-enabled=true",
                TENANT + "tenant-paths=/*",
                TENANT + "application-type=service",
                TENANT + "public-key=" + tokens.publicKey(),
                TENANT + "token.issuer=" + RegistryTokens.ISSUER,
                "-Dquarkus.http.auth.permission.everything.paths=/*",
                "-Dquarkus.http.auth.permission.everything.policy=authenticated",
                "-Djavax.net.ssl.trustStore=" + trustStore);
    }
}
