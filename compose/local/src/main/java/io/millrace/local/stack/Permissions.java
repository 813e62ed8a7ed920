package io.millrace.local.stack;

import io.millrace.local.security.Security;
import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the parts what they may do with a topic whose contract came while the stack was up. Used by one thread. */
final class Permissions {
    private static final Logger LOG = LoggerFactory.getLogger(Permissions.class);

    private final Security security;
    private final Path[] folders;
    private Set<String> known = Set.of();

    /** @param folders of contracts */
    Permissions(Security security, Path... folders) {
        this.security = security;
        this.folders = folders;
    }

    /** Looks once. What cannot be done now is tried again at the next look. */
    void follow() {
        try {
            Collection<Contract> contracts = ContractFolders.all(folders);
            Set<String> now = new TreeSet<>();
            contracts.forEach(contract -> now.add(contract.name() + " " + contract.writtenBy()));
            if (!now.equals(known)) {
                security.permit(contracts);
                known = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ContractException halfWritten) {
            LOG.debug("contracts cannot be read now: {}", halfWritten.getMessage());
        } catch (Exception brokerAway) {
            LOG.debug("permissions cannot be set now: {}", brokerAway.getMessage());
        }
    }
}
