package io.millrace.local.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.client.EventAnswer;
import io.millrace.local.client.EventClient;
import java.io.IOException;
import java.net.URI;

/** Posts probes to the collector, as one more kind of event. */
final class HttpProbeSource implements ProbeSource {
    static final String NAME = "http";

    private final ObjectMapper json = new ObjectMapper();
    private final EventClient collector;

    /** @param collector where events are posted, without the kind */
    HttpProbeSource(URI collector) {
        this.collector = new EventClient(URI.create(collector + "/probe.events"));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void send(Ping ping) throws IOException, InterruptedException {
        EventAnswer answer = collector.post(json.writeValueAsBytes(ping.event()));
        if (answer instanceof EventAnswer.Refused refused) {
            throw new IOException(refused.status() + " " + refused.reason());
        }
        if (answer instanceof EventAnswer.Unavailable unavailable) {
            throw new IOException(unavailable.reason());
        }
    }

    @Override
    public void close() {
        // The client has nothing that has to be closed.
    }
}
