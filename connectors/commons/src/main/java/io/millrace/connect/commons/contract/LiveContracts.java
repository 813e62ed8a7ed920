package io.millrace.connect.commons.contract;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractException;
import io.millrace.schemas.ContractsFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Readers of contracts, which may change in their folder while they are in use. Used by one thread. */
public final class LiveContracts {
    private static final Logger LOG = LoggerFactory.getLogger(LiveContracts.class);

    private final Supplier<Catalogue> source;
    private final ConverterSettings converter;
    private final Map<String, Entry> entries = new HashMap<>();

    private record Entry(Catalogue catalogue, Contract contract, ContractReader reader) {}

    private LiveContracts(Supplier<Catalogue> source, ConverterSettings converter) {
        this.source = source;
        this.converter = converter;
    }

    /**
     * The contracts of a configuration.
     *
     * @param folder where they are; empty for those that are built in
     * @throws ContractException when the folder cannot be read
     */
    public static LiveContracts of(Optional<Path> folder, ConverterSettings converter, Clock clock) {
        if (folder.isEmpty()) {
            Catalogue bundled = Catalogue.bundled();
            return new LiveContracts(() -> bundled, converter);
        }
        ContractsFolder followed = new ContractsFolder(folder.get(), clock);
        return new LiveContracts(followed::catalogue, converter);
    }

    /** There is no contract to check an event against. Carries no stack trace: it is a finding, not a fault. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        private Unusable(String reason) {
            super(reason, null, false, false);
        }
    }

    /** @throws Unusable when there is no such contract, or none that events can keep */
    public ContractReader reader(String name) throws Unusable {
        Catalogue now = source.get();
        Entry entry = entries.get(name);
        if (entry == null || entry.catalogue() != now) {
            entry = renewed(now, name, entry);
            entries.put(name, entry);
        }
        return entry.reader();
    }

    /** What did not change keeps its reader, and so its schema; a contract that got worse stays as it was. */
    private Entry renewed(Catalogue now, String name, Entry before) throws Unusable {
        try {
            Contract contract = now.require(name);
            if (before != null && before.contract().equals(contract)) {
                return new Entry(now, contract, before.reader());
            }
            return new Entry(now, contract, usable(contract, converter));
        } catch (RuntimeException e) {
            if (before == null) {
                throw new Unusable("the contract " + name + " cannot be used: " + e.getMessage());
            }
            LOG.warn("The contract {} cannot be used, its last good version stays in use: {}", name, e.getMessage());
            return new Entry(now, before.contract(), before.reader());
        }
    }

    /** @throws RuntimeException when events cannot keep the contract, with the reason */
    public static ContractReader usable(Contract contract, ConverterSettings converter) {
        ContractReader reader = ContractReader.of(contract);
        converter.check(reader.type());
        return reader;
    }
}
