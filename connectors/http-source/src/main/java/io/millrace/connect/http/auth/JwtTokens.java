package io.millrace.connect.http.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.time.Clock;
import java.util.Date;
import java.util.HashSet;
import java.util.Set;

/** Checks bearer tokens against a key set. Only signatures by asymmetric keys are taken. Safe for use by several threads. */
final class JwtTokens implements AutoCloseable {
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final KeySet keys;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    JwtTokens(AuthSettings.Jwt settings, Clock clock) {
        this.keys = new KeySet(settings.jwks(), settings.refresh());
        JWKSource<SecurityContext> source = (selector, context) -> selector.select(keys.now());
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, source));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWTClaimsSetVerifier(claims(settings, clock));
    }

    /** @throws Denied when the token is not valid here and now */
    Identity check(String token) throws Denied {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            return new Identity(String.valueOf(claims.getSubject()));
        } catch (BadJOSEException e) {
            keys.unknownKey();
            throw new Denied("the bearer token is not valid: " + e.getMessage());
        } catch (ParseException | JOSEException e) {
            throw new Denied("the bearer token is no signed JSON Web Token");
        }
    }

    @Override
    public void close() {
        keys.close();
    }

    private static DefaultJWTClaimsVerifier<SecurityContext> claims(AuthSettings.Jwt settings, Clock clock) {
        JWTClaimsSet.Builder exact = new JWTClaimsSet.Builder();
        settings.issuer().ifPresent(exact::issuer);
        Set<String> audience = settings.audience().isEmpty() ? null : new HashSet<>(settings.audience());
        DefaultJWTClaimsVerifier<SecurityContext> verifier =
                new DefaultJWTClaimsVerifier<>(audience, exact.build(), Set.of("exp", "sub"), null) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        verifier.setMaxClockSkew((int) settings.skew().toSeconds());
        return verifier;
    }
}
