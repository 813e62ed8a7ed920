package io.millrace.local.security;

import io.millrace.local.stack.Secrets;
import java.nio.file.Path;

/** The settings file of S3Proxy, the only place from which it reads its keys. */
public final class S3Settings {
    private S3Settings() {}

    /**
     * Everything.
     *
     * @param listener its endpoint, such as {@link #secured} gives it
     * @param folder each folder in it is a bucket
     */
    public static String of(String listener, Secrets secrets, Path folder) {
        return """
                %s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.identity=unused
                jclouds.credential=unused
                jclouds.filesystem.basedir=%s
                """
                .formatted(listener, secrets.get(Secrets.S3_ACCESS_KEY), secrets.get(Secrets.S3_SECRET_KEY), folder);
    }

    /** An endpoint that speaks TLS. */
    static String secured(String url, Path keystore, Secrets secrets) {
        return """
                s3proxy.secure-endpoint=%s
                s3proxy.keystore-path=%s
                s3proxy.keystore-password=%s
                """
                .formatted(url, keystore, secrets.get(Secrets.KEYSTORES));
    }
}
