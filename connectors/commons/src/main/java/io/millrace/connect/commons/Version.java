package io.millrace.connect.commons;

/** The version that a plugin reports to Connect. */
public final class Version {

    private Version() {}

    /** The version in the manifest of the class's jar; {@code 0.0.0} when it runs from a folder of classes. */
    public static String of(Class<?> plugin) {
        String version = plugin.getPackage().getImplementationVersion();
        return version == null ? "0.0.0" : version;
    }
}
