package io.millrace.connect.configs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Makes a TLS context from key store files: PKCS#12, JKS, or PEM, which is told by its content. */
public final class TlsFiles {
    private static final Pattern KEY = Pattern.compile(
            "-----BEGIN (ENCRYPTED )?PRIVATE KEY-----(.+?)-----END (?:ENCRYPTED )?PRIVATE KEY-----", Pattern.DOTALL);

    private TlsFiles() {}

    /**
     * @param trusted file with the certificates to trust; empty: those of the Java runtime
     * @param trustedPassword of that file, where it has one
     * @param own file with the key and the certificate to show to a server that asks for one
     * @param ownPassword of that file, where it has one
     * @throws DeclarationException when a file cannot be used, with the file and the reason
     */
    public static SSLContext context(
            Optional<Path> trusted,
            Optional<String> trustedPassword,
            Optional<Path> own,
            Optional<String> ownPassword) {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted.isEmpty() ? null : trustStore(trusted.get(), password(trustedPassword)));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own.isEmpty() ? null : keyStore(own.get(), password(ownPassword)), password(ownPassword));
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new DeclarationException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    private static KeyStore trustStore(Path file, char[] password) {
        return load(file, password, pem -> {
            KeyStore store = empty();
            int number = 0;
            for (Certificate certificate : certificates(pem)) {
                store.setCertificateEntry("trusted-" + number++, certificate);
            }
            return store;
        });
    }

    private static KeyStore keyStore(Path file, char[] password) {
        return load(file, password, pem -> {
            Collection<? extends Certificate> chain = certificates(pem);
            Matcher key = KEY.matcher(pem);
            if (!key.find()) {
                throw new GeneralSecurityException("it holds no private key in PKCS#8 form");
            }
            byte[] der = Base64.getMimeDecoder().decode(key.group(2));
            PKCS8EncodedKeySpec spec = key.group(1) == null ? new PKCS8EncodedKeySpec(der) : decrypt(der, password);
            String algorithm = chain.iterator().next().getPublicKey().getAlgorithm();
            PrivateKey secret = KeyFactory.getInstance(algorithm).generatePrivate(spec);
            KeyStore store = empty();
            store.setKeyEntry("own", secret, password, chain.toArray(Certificate[]::new));
            return store;
        });
    }

    private interface PemReader {
        KeyStore read(String pem) throws GeneralSecurityException, IOException;
    }

    private static KeyStore load(Path file, char[] password, PemReader pemReader) {
        try {
            byte[] content = Files.readAllBytes(file);
            String text = new String(content, StandardCharsets.ISO_8859_1);
            if (text.contains("-----BEGIN ")) {
                return pemReader.read(text);
            }
            // A Java runtime reads PKCS#12 and JKS alike under either name.
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = new ByteArrayInputStream(content)) {
                store.load(in, password);
            }
            return store;
        } catch (java.nio.file.NoSuchFileException e) {
            throw new DeclarationException("there is no file " + file + ", which the connect section names", e);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new DeclarationException(
                    "cannot use the key store " + file + ": " + e.getMessage()
                            + "; it must be PKCS#12, JKS or PEM, and its password right",
                    e);
        }
    }

    private static Collection<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        Matcher blocks = Pattern.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", Pattern.DOTALL)
                .matcher(pem);
        // Only the blocks: many files hold explanations between them, which the factory does not take.
        String certificates = String.join(
                "\n", blocks.results().map(java.util.regex.MatchResult::group).toList());
        Collection<? extends Certificate> found = certificates.isEmpty()
                ? List.of()
                : CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(certificates.getBytes(StandardCharsets.ISO_8859_1)));
        if (found.isEmpty()) {
            throw new GeneralSecurityException("it holds no certificate");
        }
        return found;
    }

    private static PKCS8EncodedKeySpec decrypt(byte[] der, char[] password)
            throws GeneralSecurityException, IOException {
        EncryptedPrivateKeyInfo encrypted = new EncryptedPrivateKeyInfo(der);
        // PBES2 hides its real algorithm in its parameters, whose text form is its name.
        String algorithm = encrypted.getAlgParameters() == null
                ? encrypted.getAlgName()
                : encrypted.getAlgParameters().toString();
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.DECRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password)),
                encrypted.getAlgParameters());
        return encrypted.getKeySpec(cipher);
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static char[] password(Optional<String> password) {
        return password.map(String::toCharArray).orElse(new char[0]);
    }
}
