package io.millrace.connect.configs.cdc;

import io.millrace.connect.configs.cdc.source.SourceAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the program around the commands knows of a stack on this machine; elsewhere there is {@link #NONE}. */
public interface CdcHost {
    /** No stack, no lake, no place for secrets. */
    CdcHost NONE = new CdcHost() {};

    /** The stack's own database of this name, asked by its superuser. */
    default Optional<SourceAddress> database(String name) {
        return Optional.empty();
    }

    /** Password of that superuser; not to be kept or printed. */
    default Optional<String> databasePassword() {
        return Optional.empty();
    }

    /** Where passwords are put for the workers to refer to. */
    default Optional<SecretStore> secrets() {
        return Optional.empty();
    }

    /** The lake that mirrors captured tables. */
    default Optional<Lake> lake() {
        return Optional.empty();
    }

    /** Settings that every connector of this host gets, over those that a capture has. */
    default Map<String, String> connectorSettings() {
        return Map.of();
    }

    /** A place that the workers can refer to and the tool can write to. */
    interface SecretStore {
        /** The secret of this name, made when there is none yet. */
        String readOrCreate(String name);

        /** How a connector's settings refer to it. */
        String reference(String name);

        /** Removes it; it need not exist. */
        void forget(String name);
    }

    /** A lake that is asked in SQL. */
    interface Lake {
        /**
         * Rows of a query, values as text.
         *
         * @throws io.millrace.connect.configs.ClusterException when it cannot be asked or refuses, as for an unknown table
         */
        List<List<String>> query(String sql);
    }
}
