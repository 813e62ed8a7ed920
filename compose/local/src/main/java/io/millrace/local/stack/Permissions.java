package io.millrace.local.stack;

import io.millrace.schemas.Contract;
import io.millrace.schemas.ContractException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the parts what they may do with a topic whose contract came while the stack was up. Used by one thread. */
public final class Permissions {
    private static final Logger LOG = LoggerFactory.getLogger(Permissions.class);

    private final Permitting permitting;
    private final Path[] folders;
    private Set<String> known = Set.of();

    /** Makes the brokers know what the contracts bring; may fail while they are away. */
    @FunctionalInterface
    public interface Permitting {
        void permit(Collection<Contract> contracts) throws Exception;
    }

    /** @param folders of contracts */
    public Permissions(Permitting permitting, Path... folders) {
        this.permitting = permitting;
        this.folders = folders;
    }

    /** The contracts of folders, each once: the first that has it counts. */
    public static Collection<Contract> contracts(Path... folders) {
        return ContractFolders.all(folders);
    }

    /** Looks once. What cannot be done now is tried again at the next look. */
    public void follow() {
        try {
            Collection<Contract> contracts = ContractFolders.all(folders);
            Set<String> now = new TreeSet<>();
            contracts.forEach(contract -> now.add(contract.name() + " " + contract.writtenBy()));
            if (!now.equals(known)) {
                permitting.permit(contracts);
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
