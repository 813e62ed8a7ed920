package io.millrace.local.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The certificates of a stack's services, in files of every form that a server wants. One that is missing, or about to
 * expire, is issued anew.
 */
final class Certificates {
    /** What expires within this time is replaced at the next start. */
    static final Duration RENEWED_BEFORE = Duration.ofDays(30);

    private final Path folder;
    private final CertificateAuthority authority;
    private final char[] password;
    private final Clock clock;

    /**
     * Files of one service.
     *
     * @param certificate PEM
     * @param key PEM, PKCS#8, without a password
     * @param both key and certificate, PEM
     * @param keystore the same as PKCS#12
     */
    record ServiceFiles(Path certificate, Path key, Path both, Path keystore) {
        /** Where they are in a folder of certificates, whether they exist or not. */
        static ServiceFiles in(Path folder, String service) {
            Path own = folder.resolve(service);
            return new ServiceFiles(
                    own.resolve("certificate.pem"),
                    own.resolve("key.pem"),
                    own.resolve("both.pem"),
                    own.resolve("keystore.p12"));
        }
    }

    Certificates(Path folder, String password, Clock clock, SecureRandom random)
            throws GeneralSecurityException, IOException {
        this.folder = folder;
        this.authority = CertificateAuthority.readOrCreate(folder, clock, random);
        this.password = password.toCharArray();
        this.clock = clock;
        SecretFile.write(trustStore(), trusting(authority.certificate()));
    }

    /** The authority's certificate, PEM. */
    Path authority() {
        return authority(folder);
    }

    static Path authority(Path folder) {
        return folder.resolve("ca.pem");
    }

    /** The authority's certificate as a key store of the kind that Java reads without a password. */
    Path trustStore() {
        return trustStore(folder);
    }

    static Path trustStore(Path folder) {
        return folder.resolve("trust.jks");
    }

    ServiceFiles of(String service, boolean alsoClient) throws GeneralSecurityException, IOException {
        return of(service, alsoClient, Set.of());
    }

    /** @param hosts names under which the service is reached, beside the loopback address */
    ServiceFiles of(String service, boolean alsoClient, Set<String> hosts)
            throws GeneralSecurityException, IOException {
        ServiceFiles files = ServiceFiles.in(folder, service);
        if (!isGood(files, hosts)) {
            issue(service, alsoClient, hosts, files);
        }
        return files;
    }

    private boolean isGood(ServiceFiles files, Set<String> hosts) throws GeneralSecurityException, IOException {
        if (!Files.exists(files.keystore()) || !Files.exists(files.certificate())) {
            return false;
        }
        X509Certificate known = Pem.certificate(files.certificate());
        try {
            KeyStore.getInstance(files.keystore().toFile(), password);
        } catch (IOException | GeneralSecurityException otherPassword) {
            return false;
        }
        return known.getNotAfter().after(Date.from(clock.instant().plus(RENEWED_BEFORE)))
                && known.getIssuerX500Principal().equals(authority.certificate().getSubjectX500Principal())
                && names(known).containsAll(hosts);
    }

    private static Set<String> names(X509Certificate certificate) throws GeneralSecurityException {
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> String.valueOf(name.get(1)))
                .collect(Collectors.toSet());
    }

    private void issue(String service, boolean alsoClient, Set<String> hosts, ServiceFiles files)
            throws GeneralSecurityException, IOException {
        CertificateAuthority.Issued issued = authority.issue(service, alsoClient, hosts);
        String certificate = Pem.of(issued.certificate());
        String key = Pem.of(issued.key());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                service, issued.key(), password, new Certificate[] {issued.certificate(), authority.certificate()});
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, password);
        SecretFile.write(files.key(), key);
        SecretFile.write(files.certificate(), certificate);
        SecretFile.write(files.both(), key + certificate);
        SecretFile.write(files.keystore(), bytes.toByteArray());
    }

    private static byte[] trusting(X509Certificate certificate) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("JKS");
        store.load(null, null);
        store.setCertificateEntry("millrace", certificate);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, "public".toCharArray());
        return bytes.toByteArray();
    }
}
