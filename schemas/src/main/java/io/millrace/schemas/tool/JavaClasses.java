package io.millrace.schemas.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.ContractException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.compiler.specific.SpecificCompiler;
import org.apache.avro.generic.GenericData;

/**
 * Writes the Java classes of contracts with Avro's own compiler. Only the build uses this class: the compiler is not
 * among the dependencies that users of this module get.
 */
final class JavaClasses {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JavaClasses() {}

    /**
     * Makes a folder hold the sources for these schemas and nothing else. Files that would not change are left alone, so
     * that what is built from them is not built again.
     */
    static void write(List<Schema> schemas, Path folder) {
        try {
            Files.createDirectories(folder);
            Path fresh = Files.createTempDirectory(folder.toAbsolutePath().getParent(), "fresh-java");
            try {
                for (Schema schema : schemas) {
                    compiler(schema).compileToDestination(null, fresh.toFile());
                }
                replace(fresh, folder);
            } finally {
                delete(fresh);
            }
        } catch (IOException e) {
            throw new ContractException("cannot write Java classes to " + folder + ": " + e, e);
        }
    }

    private static SpecificCompiler compiler(Schema schema) {
        SpecificCompiler compiler = new SpecificCompiler(withHarmlessDocs(schema));
        compiler.setStringType(GenericData.StringType.String);
        compiler.setEnableDecimalLogicalType(true);
        compiler.setFieldVisibility(SpecificCompiler.FieldVisibility.PRIVATE);
        compiler.setOutputCharacterEncoding(StandardCharsets.UTF_8.name());
        return compiler;
    }

    private static void replace(Path fresh, Path folder) throws IOException {
        Set<Path> wanted = new HashSet<>();
        for (Path source : files(fresh)) {
            Path target = folder.resolve(fresh.relativize(source));
            wanted.add(target);
            String text = Files.readString(source);
            if (!Files.exists(target) || !Files.readString(target).equals(text)) {
                Files.createDirectories(target.getParent());
                Files.writeString(target, text);
            }
        }
        for (Path old : files(folder)) {
            if (!wanted.contains(old)) {
                Files.delete(old);
            }
        }
    }

    /** Documentation goes into comments as it is, where the end of a comment or a backslash with a u would be understood. */
    private static Schema withHarmlessDocs(Schema schema) {
        try {
            JsonNode json = JSON.readTree(schema.toString());
            mend(json);
            return new Schema.Parser().parse(json.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void mend(JsonNode type) {
        if (!type.isContainerNode()) {
            return;
        }
        if (type.path("doc").isTextual()) {
            String doc = type.path("doc").asText();
            ((ObjectNode) type).put("doc", doc.replace("*/", "*&#47;").replace("\\", "&#92;"));
        }
        if (type.isArray()) {
            type.forEach(JavaClasses::mend);
        }
        // Not into defaults and other properties, where "doc" may be anything.
        List.of("fields", "type", "items", "values").forEach(key -> mend(type.path(key)));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            return entries.filter(Files::isRegularFile).toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
