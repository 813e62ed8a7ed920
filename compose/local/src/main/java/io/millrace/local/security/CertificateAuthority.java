package io.millrace.local.security;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The stack's own certificate authority: nobody else trusts it, and the stack trusts nobody else. Immutable. */
public final class CertificateAuthority {
    static final Duration CA_VALIDITY = Duration.ofDays(3650);
    static final Duration VALIDITY = Duration.ofDays(397);
    /** Clocks differ; what was issued just now is valid for them all. */
    private static final Duration LEEWAY = Duration.ofHours(1);

    private static final String SIGNATURE = "SHA256withECDSA";

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Clock clock;
    private final SecureRandom random;

    /**
     * A key with its certificate.
     *
     * @param certificate signed by the authority
     */
    public record Issued(PrivateKey key, X509Certificate certificate) {}

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, Clock clock, SecureRandom random) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
        this.random = random;
    }

    /** A new authority. */
    public static CertificateAuthority create(String name, Clock clock, SecureRandom random)
            throws GeneralSecurityException, IOException {
        KeyPair pair = pair(random);
        X500Name self = new X500Name("CN=" + name);
        Instant now = clock.instant();
        try {
            X509v3CertificateBuilder builder = builder(self, self, pair.getPublic(), now, CA_VALIDITY, random)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new CertificateAuthority(sign(builder, pair.getPrivate()), pair.getPrivate(), clock, random);
        } catch (CertIOException e) {
            throw new IOException("cannot make the certificate authority: " + e.getMessage(), e);
        }
    }

    /** The authority in a folder, made there when it is missing; its key is for its owner's eyes only. */
    static CertificateAuthority readOrCreate(Path folder, Clock clock, SecureRandom random)
            throws GeneralSecurityException, IOException {
        Path certificate = folder.resolve("ca.pem");
        Path key = folder.resolve("ca.key");
        if (Files.exists(key) && Files.exists(certificate)) {
            return new CertificateAuthority(Pem.certificate(certificate), Pem.key(key, "EC"), clock, random);
        }
        CertificateAuthority authority = create("Millrace stack", clock, random);
        SecretFile.write(key, Pem.of(authority.key));
        SecretFile.write(certificate, Pem.of(authority.certificate));
        return authority;
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** Issues a certificate for a server on the loopback address. */
    public Issued issue(String name, boolean alsoClient) throws GeneralSecurityException, IOException {
        return issue(name, alsoClient, Set.of());
    }

    /**
     * Issues a certificate for a server on the loopback address.
     *
     * @param alsoClient whether its holder may show it as a client, too
     * @param hosts further names under which it is reached
     */
    Issued issue(String name, boolean alsoClient, Set<String> hosts) throws GeneralSecurityException, IOException {
        KeyPair pair = pair(random);
        X500Name issuer = new X500Name(certificate.getSubjectX500Principal().getName());
        KeyPurposeId[] purposes = alsoClient
                ? new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}
                : new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth};
        List<GeneralName> names = new ArrayList<>(List.of(
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.dNSName, "localhost")));
        hosts.forEach(host -> names.add(new GeneralName(GeneralName.dNSName, host)));
        try {
            X509v3CertificateBuilder builder = builder(
                            issuer, new X500Name("CN=" + name), pair.getPublic(), clock.instant(), VALIDITY, random)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(names.toArray(GeneralName[]::new)));
            return new Issued(pair.getPrivate(), sign(builder, key));
        } catch (CertIOException e) {
            throw new IOException("cannot issue a certificate for " + name + ": " + e.getMessage(), e);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration validity, SecureRandom random) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(128, random),
                Date.from(now.minus(LEEWAY)),
                Date.from(now.plus(validity)),
                subject,
                key);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e.getMessage(), e);
        }
    }

    private static KeyPair pair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }
}
