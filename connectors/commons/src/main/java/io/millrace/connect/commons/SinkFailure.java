package io.millrace.connect.commons;

/** Why a sink could not do its work; the subclass is the error class and decides what happens next. */
public abstract sealed class SinkFailure extends RuntimeException
        permits RetriableFailure, RecordFailure, FatalFailure, FencedFailure {

    SinkFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
