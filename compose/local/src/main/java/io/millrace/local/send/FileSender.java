package io.millrace.local.send;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.client.EventClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Sends the lines of a file as events. */
public final class FileSender {
    private static final int IN_FLIGHT = 4;
    /** Well below what a collector takes, whatever the lines hold. */
    private static final int BATCH_BYTES = 512 * 1024;

    private final EventClient client;
    private final Options options;
    private final SendCounts counts;

    /**
     * How to send.
     *
     * @param site site of the events that name none
     * @param format of the lines
     * @param batch most events per request
     * @param rate most events per second; zero for no limit
     * @param patience how long the endpoint may be away
     * @param fields what is filled into events that come without
     */
    public record Options(
            String site, LineFormat format, int batch, double rate, Duration patience, KindFields fields) {

        /** Events of web.events. */
        public Options(String site, LineFormat format, int batch, double rate, Duration patience) {
            this(site, format, batch, rate, patience, KindFields.WEB_EVENTS);
        }
    }

    public FileSender(EventClient client, Options options, SendListener listener) {
        this.client = client;
        this.options = options;
        this.counts = new SendCounts(listener);
    }

    /**
     * Sends the whole file.
     *
     * @throws SendException when it cannot be completed; what was acknowledged stays
     * @throws IOException when the file cannot be read
     */
    public SendReport send(SourceFile file) throws IOException, SendException, InterruptedException {
        long started = System.nanoTime();
        EventIds ids = new EventIds(options.site(), file.name());
        Pacer pacer = new Pacer(options.rate());
        int most = pacer.batch(options.batch());
        try (InputStream in = file.open(counts.bytesRead::addAndGet);
                EventSender sender =
                        new EventSender(client, IN_FLIGHT, options.patience(), RandomGenerator.getDefault(), counts)) {
            LineReader lines = new LineReader(in);
            List<Event> batch = new ArrayList<>();
            long bytes = 0;
            for (LineReader.Line line = lines.next(); line != null; line = lines.next()) {
                counts.lines.incrementAndGet();
                Event event = event(line, ids);
                if (event == null) {
                    continue;
                }
                if (batch.size() == most || (!batch.isEmpty() && bytes + event.json().length > BATCH_BYTES)) {
                    pacer.await(batch.size());
                    sender.send(batch);
                    batch.clear();
                    bytes = 0;
                }
                batch.add(event);
                bytes += event.json().length;
            }
            if (!batch.isEmpty()) {
                pacer.await(batch.size());
                sender.send(batch);
            }
            sender.finish();
        } catch (SendException e) {
            throw e.isWorthRetrying() ? new SendException(e.getMessage() + "; " + again(), true) : e;
        }
        return counts.report(options.site(), (System.nanoTime() - started) / 1e9);
    }

    /** The counts so far, for whoever shows progress from another thread. */
    SendCounts counts() {
        return counts;
    }

    /** Null when the line gives none. */
    private Event event(LineReader.Line line, EventIds ids) {
        if (line.isCut()) {
            counts.malformed(line.number(), "is longer than " + LineReader.LONGEST + " bytes");
            return null;
        }
        if (isBlank(line.bytes())) {
            counts.blank.incrementAndGet();
            return null;
        }
        try {
            ObjectNode event = options.format().parse(line.bytes());
            options.fields().fill(event, ids.of(line.offset(), line.bytes()), options.site());
            return options.fields().event(line.number(), event);
        } catch (MalformedLine e) {
            counts.malformed(line.number(), e.getMessage());
            return null;
        }
    }

    private String again() {
        return options.fields().id().isPresent()
                ? "sending the file again later adds only what is missing"
                : "what was accepted until then is stored, and sending the file again stores it twice";
    }

    private static boolean isBlank(byte[] line) {
        for (byte one : line) {
            if (one != ' ' && one != '\t') {
                return false;
            }
        }
        return true;
    }
}
