package io.millrace.connect.configs.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.configs.plan.DeclaredSubject;
import io.millrace.connect.configs.plan.LiveSubject;
import io.millrace.schemas.SchemaRegistry;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Reads subjects, and has the registry judge the schemas that are declared for them. */
final class SubjectReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SchemaRegistry registry;
    private final String globalCompatibility;

    SubjectReader(SchemaRegistry registry, String globalCompatibility) {
        this.registry = registry;
        this.globalCompatibility = globalCompatibility;
    }

    Optional<LiveSubject> read(DeclaredSubject declared) {
        return registry.latest(declared.name()).map(newest -> live(declared, newest));
    }

    private LiveSubject live(DeclaredSubject declared, SchemaRegistry.Version newest) {
        Optional<Schema> schema = parse(newest.schema());
        Optional<Integer> same = isSame(declared.schema(), newest.schema())
                ? Optional.of(newest.number())
                : registry.version(declared.name(), declared.schema()).map(SchemaRegistry.Version::number);
        return new LiveSubject(
                newest.number(),
                schema,
                same,
                registry.compatibility(declared.name()).orElse(globalCompatibility),
                same.isPresent() || registry.accepts(declared.name(), declared.schema()));
    }

    private static Optional<Schema> parse(String text) {
        try {
            return Optional.of(new Schema.Parser().setValidateDefaults(false).parse(text));
        } catch (AvroRuntimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isSame(Schema declared, String registered) {
        try {
            return JSON.readTree(declared.toString()).equals(JSON.readTree(registered));
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
