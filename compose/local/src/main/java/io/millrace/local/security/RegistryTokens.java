package io.millrace.local.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;

/**
 * Signs what accounts show the schema registry: JSON web tokens, which it checks with the public key alone, so that no
 * identity server is needed.
 */
final class RegistryTokens {
    static final String ISSUER = "millrace";
    private static final Duration VALIDITY = Duration.ofDays(397);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey key;
    private final String publicKey;
    private final Clock clock;

    private RegistryTokens(PrivateKey key, String publicKey, Clock clock) {
        this.key = key;
        this.publicKey = publicKey;
        this.clock = clock;
    }

    static RegistryTokens readOrCreate(Path folder, Clock clock, SecureRandom random)
            throws GeneralSecurityException, IOException {
        Path secret = folder.resolve("registry-tokens.key");
        Path open = folder.resolve("registry-tokens.pem");
        if (!Files.exists(secret) || !Files.exists(open)) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048, random);
            KeyPair pair = generator.generateKeyPair();
            SecretFile.write(secret, Pem.of(pair.getPrivate()));
            SecretFile.write(open, Pem.of(pair.getPublic()));
        }
        String publicKey = Files.readString(open).replaceAll("-----[A-Z ]+-----|\\s", "");
        return new RegistryTokens(Pem.key(secret, "RSA"), publicKey, clock);
    }

    /** The public key, Base64 of its encoded form. */
    String publicKey() {
        return publicKey;
    }

    /** A token, valid for a little more than a year. */
    String token(String user, String role) throws GeneralSecurityException {
        return token(user, role, VALIDITY);
    }

    String token(String user, String role, Duration validity) throws GeneralSecurityException {
        long now = clock.instant().getEpochSecond();
        String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
        String claims = ("{\"iss\":\"%s\",\"sub\":\"%s\",\"preferred_username\":\"%s\",\"groups\":[\"%s\"],\"iat\":%d,"
                        + "\"exp\":%d}")
                .formatted(ISSUER, user, user, role, now, now + validity.toSeconds());
        String signed = encode(header) + "." + encode(claims);
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + BASE64.encodeToString(signature.sign());
    }

    private static String encode(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
