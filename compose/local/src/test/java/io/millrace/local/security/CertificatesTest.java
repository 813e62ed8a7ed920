package io.millrace.local.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT = "1.3.6.1.5.5.7.3.2";

    @TempDir
    Path folder;

    @Test
    void aServicesCertificateIsForTheLoopbackAddressAndOfTheStacksAuthorityAlone() throws Exception {
        Certificates certificates = at(NOW);
        X509Certificate redis = Pem.certificate(certificates.of("redis", false).certificate());
        redis.verify(Pem.certificate(certificates.authority()).getPublicKey());
        assertThat(redis.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                .containsExactlyInAnyOrder("127.0.0.1", "localhost");
        assertThat(redis.getExtendedKeyUsage()).containsExactly(SERVER);
        assertThat(redis.getBasicConstraints()).as("no authority itself").isEqualTo(-1);
        X509Certificate other = CertificateAuthority.create("Millrace stack", Clock.systemUTC(), new SecureRandom())
                .certificate();
        assertThatThrownBy(() -> redis.verify(other.getPublicKey())).isInstanceOf(SignatureException.class);
        assertThat(Pem.certificate(certificates.of("kafka", true).certificate()).getExtendedKeyUsage())
                .containsExactlyInAnyOrder(SERVER, CLIENT);
    }

    @Test
    void aCertificateIsKeptUntilItIsAboutToExpire() throws Exception {
        byte[] first = Files.readAllBytes(at(NOW).of("redis", false).certificate());
        Instant early = NOW.plus(CertificateAuthority.VALIDITY).minus(Duration.ofDays(31));
        assertThat(Files.readAllBytes(at(early).of("redis", false).certificate()))
                .isEqualTo(first);
        Instant late = NOW.plus(CertificateAuthority.VALIDITY).minus(Duration.ofDays(29));
        byte[] renewed = Files.readAllBytes(at(late).of("redis", false).certificate());
        assertThat(renewed).isNotEqualTo(first);
    }

    @Test
    void aFurtherNameMakesANewCertificateForItAndTheLoopbackAddress() throws Exception {
        byte[] first = Files.readAllBytes(at(NOW).of("redis", false).certificate());
        X509Certificate named =
                Pem.certificate(at(NOW).of("redis", false, Set.of("redis-1")).certificate());
        assertThat(named.getEncoded()).isNotEqualTo(first);
        assertThat(named.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
                .containsExactlyInAnyOrder("127.0.0.1", "localhost", "redis-1");
        assertThat(Pem.certificate(at(NOW).of("redis", false, Set.of("redis-1")).certificate()))
                .as("kept")
                .isEqualTo(named);
    }

    @Test
    void aKeyStoreOfAnotherPasswordIsMadeAnew() throws Exception {
        at(NOW).of("redis", false);
        Certificates.ServiceFiles files = new Certificates(
                        folder, "another", Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom())
                .of("redis", false);
        assertThat(KeyStore.getInstance(files.keystore().toFile(), "another".toCharArray())
                        .isKeyEntry("redis"))
                .isTrue();
    }

    @Test
    void nothingIsForOthersEyes() throws Exception {
        at(NOW).of("redis", false);
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> permissions = files.filter(Files::isRegularFile)
                    .map(CertificatesTest::permissions)
                    .distinct()
                    .toList();
            assertThat(permissions).containsExactly("rw-------");
        }
    }

    private static String permissions(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Certificates at(Instant time) throws Exception {
        return new Certificates(folder, "password", Clock.fixed(time, ZoneOffset.UTC), new SecureRandom());
    }
}
