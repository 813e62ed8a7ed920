package io.millrace.connect.configs.cdc.preflight;

import io.millrace.connect.configs.cdc.CaptureNames;
import io.millrace.connect.configs.cdc.CaptureRequest;
import io.millrace.connect.configs.cdc.Selection;
import io.millrace.connect.configs.cdc.source.Catalog;
import io.millrace.connect.configs.cdc.source.Database;
import io.millrace.connect.configs.cdc.source.Flavour;
import io.millrace.connect.configs.cdc.source.SourceTable;
import java.time.Clock;
import java.util.List;

/** What checks ask: the database, and facts about it that several of them need, read once. */
final class Probe {
    private final Database database;
    private final CaptureRequest request;
    private final Clock clock;
    private final Flavour flavour;
    private final int version;
    private final List<SourceTable> tables;
    private final Selection selection;
    private final boolean resumed;

    Probe(Database database, CaptureRequest request, Clock clock) {
        this.database = database;
        this.request = request;
        this.clock = clock;
        this.flavour = Flavour.of(database);
        this.version = database.version();
        this.tables = Catalog.read(database);
        this.selection = Selection.of(tables, request);
        this.resumed =
                database.text("SELECT to_regclass(?)::text", request.names().journal()) != null;
    }

    Database database() {
        return database;
    }

    CaptureRequest request() {
        return request;
    }

    CaptureNames names() {
        return request.names();
    }

    Clock clock() {
        return clock;
    }

    Flavour flavour() {
        return flavour;
    }

    /** Server version, such as 150018. */
    int version() {
        return version;
    }

    List<SourceTable> tables() {
        return tables;
    }

    Selection selection() {
        return selection;
    }

    /** Whether this capture was begun before, so that what carries its name is its own. */
    boolean isResumed() {
        return resumed;
    }

    /** The existing role that is to be used, if that is what was asked for and it is there. */
    boolean hasGivenRole() {
        return request.role().isPresent()
                && database.exists(
                        "SELECT 1 FROM pg_roles WHERE rolname = ?",
                        request.role().get());
    }
}
