package io.millrace.connect.http;

import io.millrace.connect.http.answer.Answer;
import io.millrace.connect.http.answer.Rejection;

/** What a client is told of a body that was read. */
final class Replies {
    private Replies() {}

    /** Every record of it is in Kafka, or in memory when that is all the client waits for. */
    static Answer of(BodyPlan plan, Reading reading, boolean partial, int duplicates) {
        if (reading.rejected() > 0) {
            return partial && plan.form() != BodyPlan.Form.PIXEL
                    ? mixed(plan, reading, duplicates)
                    : Answer.of(reading.rejections().get(0));
        }
        if (plan.form() == BodyPlan.Form.PIXEL) {
            return Answer.pixel();
        }
        int status = plan.memory() ? 202 : 200;
        if (plan.isSegment()) {
            return Answer.json(status, "{\"success\":true}");
        }
        return Answer.json(
                status,
                "{\"accepted\":" + reading.events().size() + (duplicates > 0 ? ",\"duplicates\":" + duplicates : "")
                        + "}");
    }

    private static Answer mixed(BodyPlan plan, Reading reading, int duplicates) {
        int accepted = reading.events().size();
        boolean kept = !reading.setAside().isEmpty();
        return Answer.json(accepted > 0 ? 207 : 400, json -> {
            json.writeStartObject();
            if (plan.isSegment()) {
                json.writeBooleanField("success", false);
            }
            json.writeNumberField("accepted", accepted);
            if (duplicates > 0) {
                json.writeNumberField("duplicates", duplicates);
            }
            json.writeNumberField("rejected", reading.rejected());
            if (kept) {
                json.writeBooleanField("quarantined", true);
            }
            json.writeArrayFieldStart("errors");
            for (Rejection rejection : reading.rejections()) {
                json.writeStartObject();
                Answer.write(json, rejection);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }
}
