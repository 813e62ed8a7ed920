/** The Redis sink: one hash per record key, written together with the ledger of applied offsets. */
package io.millrace.connect.redis;
