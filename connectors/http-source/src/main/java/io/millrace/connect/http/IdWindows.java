package io.millrace.connect.http;

import io.millrace.connect.http.limits.IdWindow;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The window of each connector, which its tasks on this worker share and which outlives them: a client that sends again
 * after a restart of a task is known. Safe for use by several threads.
 */
final class IdWindows {
    private static final int CONNECTORS = 64;

    /** Tasks know nothing of each other, nor of the one before them. */
    private static final IdWindows OF_WORKER = new IdWindows();

    private record Window(int size, long keepMs, IdWindow ids) {}

    private final Map<String, Window> windows = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
            return size() > CONNECTORS;
        }
    };

    static IdWindows ofWorker() {
        return OF_WORKER;
    }

    /** The window of a connector; a new one when its bounds have changed. */
    synchronized IdWindow of(String connector, int size, long keepMs) {
        Window known = windows.get(connector);
        if (known == null || known.size() != size || known.keepMs() != keepMs) {
            known = new Window(size, keepMs, new IdWindow(size, keepMs, System::nanoTime));
            windows.put(connector, known);
        }
        return known.ids();
    }
}
