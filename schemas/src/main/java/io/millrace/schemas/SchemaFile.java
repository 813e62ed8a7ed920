package io.millrace.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** Reads an {@code .avsc} file. */
public final class SchemaFile {
    private SchemaFile() {}

    /**
     * Reads the schema of a topic's values, which is a record.
     *
     * @throws ContractException when it cannot be read, in one line with the file and the reason
     */
    public static Schema read(Path file) {
        try {
            // Each file stands alone, as a registry gets it: no names are shared between files.
            Schema schema = new Schema.Parser().parse(Files.readString(file, StandardCharsets.UTF_8));
            if (schema.getType() == Schema.Type.RECORD) {
                return schema;
            }
            throw new ContractException(
                    file + ": must be a record, not " + schema.getType().getName());
        } catch (AvroRuntimeException | IllegalArgumentException e) {
            // The second kind comes from a default such as "x" for a number.
            throw new ContractException(file + reason(e), e);
        } catch (IOException e) {
            throw new ContractException("cannot read " + file + ": " + e, e);
        }
    }

    private static String reason(RuntimeException e) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return ":" + json.getLocation().getLineNr() + ": is no JSON: "
                    + json.getOriginalMessage().lines().findFirst().orElse("").replaceFirst(" \\(start marker.*", "");
        }
        return ": " + String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
    }
}
