package io.millrace.schemas.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.avro.Schema;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The classes of the shipped contracts and of awkward ones, tried with both versions of Avro that they may meet. */
class JavaClassesTest {
    private static final List<Schema> SCHEMAS = Stream.concat(
                    Catalogue.bundled().contracts().stream(),
                    Catalogue.read(Path.of("src/test/resources/awkward")).contracts().stream())
            .map(Contract::value)
            .flatMap(value -> value.stream())
            .toList();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void generateAndCompile() throws IOException {
        JavaClasses.write(SCHEMAS, folder.resolve("java"));
        List<String> arguments = new ArrayList<>(
                List.of("-nowarn", "-d", folder.resolve("classes").toString()));
        files(folder.resolve("java")).forEach(file -> arguments.add(file.toString()));
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
                .isZero();
    }

    static Stream<Arguments> schemasAndVersions() throws IOException {
        List<Path> avro = List.of(ofThisBuild(), newer());
        return avro.stream().flatMap(jar -> SCHEMAS.stream().map(schema -> Arguments.of(schema.getFullName(), jar)));
    }

    @ParameterizedTest(name = "{0} with {1}")
    @MethodSource("schemasAndVersions")
    void aRecordComesBackTheSame(String name, Path avro) throws Exception {
        Schema schema = SCHEMAS.stream()
                .filter(one -> one.getFullName().equals(name))
                .findFirst()
                .orElseThrow();
        try (URLClassLoader loader = loader(avro)) {
            Class<?> roundTrip = loader.loadClass(RoundTrip.class.getName());
            assertThat(loader.loadClass("org.apache.avro.Schema")
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation())
                    .isEqualTo(avro.toUri().toURL());
            assertThatCode(() -> roundTrip.getMethod("of", String.class).invoke(null, schema.toString()))
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void whatDidNotChangeIsNotWrittenAgainAndWhatIsGoneIsRemoved(@TempDir Path out) throws IOException {
        JavaClasses.write(SCHEMAS, out);
        Path kept = out.resolve("io/millrace/events/WebEvent.java");
        FileTime then = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(kept, then);
        List<Schema> one = List.of(Catalogue.bundled().require("web.events").requireValue());
        JavaClasses.write(one, out);
        assertThat(files(out)).containsExactly(kept);
        assertThat(Files.getLastModifiedTime(kept)).isEqualTo(then);
    }

    /** Everything that these tests run with, but the classes just generated instead of those of the build, and this Avro. */
    private static URLClassLoader loader(Path avro) throws MalformedURLException {
        List<URL> path = new ArrayList<>();
        path.add(avro.toUri().toURL());
        path.add(folder.resolve("classes").toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static Path ofThisBuild() {
        try {
            return Path.of(Schema.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path newer() throws IOException {
        return files(Path.of("target/newer-avro").toAbsolutePath()).stream()
                .filter(file -> file.toString().endsWith(".jar"))
                .findFirst()
                .orElseThrow();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            return entries.filter(Files::isRegularFile).toList();
        }
    }
}
