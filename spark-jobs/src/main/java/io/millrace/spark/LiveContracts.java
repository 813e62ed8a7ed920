package io.millrace.spark;

import io.millrace.schemas.Catalogue;
import io.millrace.schemas.ContractException;
import io.millrace.schemas.ContractsFolder;
import java.nio.file.Path;
import java.util.Optional;

/** Where a driver's contracts come from. Safe for use by several threads. */
interface LiveContracts {
    /** The newest contracts that could be read. */
    Catalogue catalogue();

    /** The same, looked for now: what was published before this call is in it. */
    Catalogue newest();

    /** Why newer ones cannot be read. */
    Optional<String> problem();

    /**
     * The folder that {@code contracts.path} names, else what is in the jar, which never changes.
     *
     * @throws ConfigException when the folder's contracts cannot be read
     */
    static LiveContracts of(DriverConfig config) {
        return config.find("contracts.path").map(LiveContracts::folder).orElseGet(LiveContracts::bundled);
    }

    private static LiveContracts folder(String path) {
        try {
            ContractsFolder folder = new ContractsFolder(Path.of(path));
            return new LiveContracts() {
                @Override
                public Catalogue catalogue() {
                    return folder.catalogue();
                }

                @Override
                public Catalogue newest() {
                    return folder.newest();
                }

                @Override
                public Optional<String> problem() {
                    return folder.problem();
                }
            };
        } catch (ContractException e) {
            throw new ConfigException("contracts.path: " + e.getMessage(), e);
        }
    }

    private static LiveContracts bundled() {
        Catalogue bundled = Catalogue.bundled();
        return new LiveContracts() {
            @Override
            public Catalogue catalogue() {
                return bundled;
            }

            @Override
            public Catalogue newest() {
                return bundled;
            }

            @Override
            public Optional<String> problem() {
                return Optional.empty();
            }
        };
    }
}
