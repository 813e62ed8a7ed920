package io.millrace.local.stack;

import io.millrace.local.security.Part;
import io.millrace.local.security.S3Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** S3Proxy: S3's protocol over a folder. */
final class S3Service {
    static final String NAME = "s3";

    /**
     * S3Proxy gives a bucket or an object to whoever asks, without credentials, when its file can be read by everybody on
     * the machine: such are public ones to it.
     */
    private static final List<String> OWNER_ONLY = List.of("sh", "-c", "umask 077; exec \"$0\" \"$@\"");

    private S3Service() {}

    static ServiceSpec spec(StackContext context) {
        Path conf = context.folder().conf(NAME);
        int port = context.address().s3();
        List<String> command = new ArrayList<>(OWNER_ONLY);
        command.addAll(StackContext.smallJava(
                "256m",
                "-cp",
                context.servers().s3proxy().toString(),
                "-DLOG_LEVEL=warn",
                "org.gaul.s3proxy.Main",
                "--properties",
                conf.resolve("s3proxy.conf").toString()));
        return ServiceSpec.of(
                NAME,
                port,
                conf,
                () -> {
                    // A bucket is a folder.
                    Files.createDirectories(context.folder().bucket());
                    Files.setPosixFilePermissions(
                            context.folder().bucket(), PosixFilePermissions.fromString("rwx------"));
                    StackContext.write(
                            conf.resolve("s3proxy.conf"),
                            S3Settings.of(
                                    context.security().s3(),
                                    context.secrets(),
                                    context.folder().data(NAME)));
                },
                command,
                // Without credentials the right answer is "forbidden".
                context.probes()
                        .http(
                                Part.OTHER,
                                context.access().url(port) + "/",
                                status -> status == 403 || status == 200,
                                body -> true));
    }
}
