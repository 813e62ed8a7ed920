package io.millrace.connect.configs;

/** A state that a connector can be declared to be kept in. */
public enum DeclaredState {
    RUNNING,
    PAUSED,
    STOPPED
}
