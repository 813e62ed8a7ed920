/**
 * What the connectors share: rendering of Connect values, the ledger of applied offsets, retries, error classes and
 * dead letters. Everything here is used by one task thread at a time unless a class says otherwise.
 */
package io.millrace.connect.commons;
