package io.millrace.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/** A certificate for 127.0.0.1 that is its own authority, made with the JDK's keytool, as PKCS12 and as PEM. */
public record TlsFixture(Path keystore, Path certificate, Path key, Path both) {

    public static final String PASSWORD = "changeit";

    public static TlsFixture create(Path folder, String name, String address)
            throws IOException, GeneralSecurityException {
        Path keystore = folder.resolve(name + ".p12");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                PASSWORD,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=ip:" + address,
                "-ext",
                "bc=ca:true",
                "-validity",
                "30");
        try {
            if (new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() != 0) {
                throw new IOException("keytool failed");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        KeyStore store = KeyStore.getInstance(keystore.toFile(), PASSWORD.toCharArray());
        String certificate = pem("CERTIFICATE", store.getCertificate("it").getEncoded());
        String key =
                pem("PRIVATE KEY", store.getKey("it", PASSWORD.toCharArray()).getEncoded());
        return new TlsFixture(
                keystore,
                Files.writeString(folder.resolve(name + ".crt"), certificate),
                Files.writeString(folder.resolve(name + ".key"), key),
                Files.writeString(folder.resolve(name + ".pem"), key + certificate));
    }

    private static String pem(String kind, byte[] content) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
    }
}
