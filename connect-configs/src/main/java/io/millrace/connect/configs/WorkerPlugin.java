package io.millrace.connect.configs;

/**
 * A connector class that a worker can run.
 *
 * @param className full class name
 * @param type {@code source} or {@code sink}
 * @param version as the plugin tells it
 */
public record WorkerPlugin(String className, String type, String version) {
    /** Whether {@code connector.class} may name this plugin so: by its full name, its simple name, or that without "Connector". */
    public boolean isNamed(String name) {
        String simple = className.substring(className.lastIndexOf('.') + 1);
        return name.equals(className) || name.equals(simple) || (name + "Connector").equals(simple);
    }
}
