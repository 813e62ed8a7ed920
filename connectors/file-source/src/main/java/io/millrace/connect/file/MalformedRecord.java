package io.millrace.connect.file;

/** One record that cannot be turned into a Kafka record. Carries no stack trace: it is a finding, not a fault. */
final class MalformedRecord extends Exception {
    private static final long serialVersionUID = 1;

    private final String field;

    /**
     * @param field path of the field at fault; empty when it is the record as a whole
     * @param reason words that follow the path, or a sentence
     */
    MalformedRecord(String field, String reason) {
        super(reason, null, false, false);
        this.field = field;
    }

    String field() {
        return field;
    }

    String reason() {
        return field.isEmpty() ? getMessage() : field + " " + getMessage();
    }
}
