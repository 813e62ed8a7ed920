package io.millrace.connect.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.connect.commons.contract.ContractReader;
import io.millrace.connect.commons.contract.FieldType;
import io.millrace.connect.commons.contract.InvalidValue;
import io.millrace.connect.commons.contract.ReadContext;
import io.millrace.connect.commons.format.CombinedLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Values that keep a contract, made of text: of JSON, of rows of CSV, whose cells become what the contract's types are, and
 * of lines of logs. All of them are read as JSON, so that they are checked alike.
 */
final class JsonValues implements Values {
    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9]\\d*)");
    private static final Set<String> NUMERIC = Set.of("int", "long", "float", "double", "decimal");
    private static final Set<String> TEXTUAL = Set.of("string", "uuid", "bytes", "enum", "fixed", "date");
    /** More than the text of a record takes when it is read into fields. */
    private static final int VALUE_MEMORY = 16;

    private final ContractReader contract;
    private final boolean ignoreUnknown;
    private final long memory;
    private final Clock clock;
    private final Set<String> sendable;

    /** @param largest bytes of a record */
    JsonValues(ContractReader contract, boolean ignoreUnknown, int largest, Clock clock) {
        this.contract = contract;
        this.ignoreUnknown = ignoreUnknown;
        this.memory = (long) largest * VALUE_MEMORY;
        this.clock = clock;
        this.sendable = new HashSet<>(contract.type().sendable());
    }

    @Override
    public Value of(Entry.Content content, String id) throws MalformedRecord {
        if (content instanceof Entry.Row row) {
            return read(json(row), id, "the row");
        }
        throw new MalformedRecord("", "it is no row");
    }

    /** Of lines with a JSON object in each. */
    Values ofJson() {
        return (content, id) -> read(((Entry.Text) content).bytes(), id, "the line");
    }

    /** Of lines of a web server's log. */
    Values ofLogs() {
        return (content, id) -> read(json(((Entry.Text) content).bytes()), id, "the line");
    }

    private Value read(byte[] json, String id, String what) throws MalformedRecord {
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedRecord("", what + " is no JSON object");
            }
            long[] left = {memory};
            ReadContext context =
                    new ReadContext(null, null, clock.millis(), () -> id, bytes -> charge(left, bytes), ignoreUnknown);
            Value value = Value.of(contract.read(parser, context));
            if (parser.nextToken() != null) {
                throw new MalformedRecord("", "something follows the JSON object");
            }
            return value;
        } catch (InvalidValue e) {
            throw new MalformedRecord(e.path(), e.reason());
        } catch (JsonProcessingException e) {
            throw new MalformedRecord("", what + " is not JSON: " + firstLine(e.getOriginalMessage()));
        } catch (IOException e) {
            throw new MalformedRecord("", what + " is not JSON: " + firstLine(e.getMessage()));
        }
    }

    private static void charge(long[] left, int bytes) throws IOException {
        left[0] -= bytes;
        if (left[0] < 0) {
            throw new IOException("it has more elements than fit into the memory for one record");
        }
    }

    private static String firstLine(String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    /** Only what the contract has: the line has more than most contracts ask for, and that is no fault of it. */
    private byte[] json(byte[] line) throws MalformedRecord {
        Map<String, Object> event;
        try {
            event = CombinedLog.parse(line).event();
        } catch (CombinedLog.NotCombined e) {
            throw new MalformedRecord("", "the line " + e.getMessage());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(line.length + 128);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            for (Map.Entry<String, Object> field : event.entrySet()) {
                if (sendable.contains(field.getKey())) {
                    json.writeFieldName(field.getKey());
                    if (field.getValue() instanceof Number number) {
                        json.writeNumber(number.longValue());
                    } else {
                        json.writeString((String) field.getValue());
                    }
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new MalformedRecord("", "the line cannot be read: " + e.getMessage());
        }
        return out.toByteArray();
    }

    /** An empty cell without quotes is a field that is left out, so that the contract's default stands for it. */
    private byte[] json(Entry.Row row) throws MalformedRecord {
        ByteArrayOutputStream out = new ByteArrayOutputStream(
                2 * row.bytes().length + 16 * row.cells().size());
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            for (int i = 0; i < row.cells().size(); i++) {
                String cell = row.cells().get(i);
                if (cell != null) {
                    json.writeFieldName(row.columns().get(i));
                    cell(json, contract.type().type(row.columns().get(i)), cell);
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new MalformedRecord("", "the row cannot be read: " + e.getMessage());
        }
        return out.toByteArray();
    }

    private static void cell(JsonGenerator json, Optional<FieldType> type, String cell) throws IOException {
        String name = type.map(FieldType::typeName).orElse("string");
        String text = cell.strip();
        if (TEXTUAL.contains(name)) {
            json.writeString(cell);
        } else if (NUMERIC.contains(name)) {
            number(json, text, NUMBER);
        } else if (name.equals("boolean")) {
            if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
                json.writeBoolean(text.equalsIgnoreCase("true"));
            } else {
                json.writeString(cell);
            }
        } else if (text.startsWith("[") || text.startsWith("{")) {
            // Arrays, maps and records have no other form in a cell.
            json.writeRawValue(text);
        } else {
            number(json, text, WHOLE);
        }
    }

    /** What is no number is written as text, for the contract's types to refuse or to read. */
    private static void number(JsonGenerator json, String text, Pattern form) throws IOException {
        if (form.matcher(text).matches()) {
            json.writeNumber(text);
        } else {
            json.writeString(text);
        }
    }
}
