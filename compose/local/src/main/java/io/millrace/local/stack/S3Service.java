package io.millrace.local.stack;

import io.millrace.local.security.Part;
import java.nio.file.Files;
import java.nio.file.Path;

/** S3Proxy: S3's protocol over a folder. */
final class S3Service {
    static final String NAME = "s3";

    private S3Service() {}

    static ServiceSpec spec(StackContext context) {
        Path conf = context.folder().conf(NAME);
        int port = context.address().s3();
        return ServiceSpec.of(
                NAME,
                port,
                conf,
                () -> {
                    // A bucket is a folder.
                    Files.createDirectories(context.folder().bucket());
                    StackContext.write(conf.resolve("s3proxy.conf"), settings(context));
                },
                StackContext.smallJava(
                        "256m",
                        "-cp",
                        context.servers().s3proxy().toString(),
                        "-DLOG_LEVEL=warn",
                        "org.gaul.s3proxy.Main",
                        "--properties",
                        conf.resolve("s3proxy.conf").toString()),
                // Without credentials the right answer is "forbidden".
                context.probes()
                        .http(
                                Part.OTHER,
                                context.access().url(port) + "/",
                                status -> status == 403 || status == 200,
                                body -> true));
    }

    private static String settings(StackContext context) {
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
                .formatted(
                        context.security().s3(),
                        context.secrets().get(Secrets.S3_ACCESS_KEY),
                        context.secrets().get(Secrets.S3_SECRET_KEY),
                        context.folder().data(NAME));
    }
}
