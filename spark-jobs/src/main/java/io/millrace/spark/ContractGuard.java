package io.millrace.spark;

/**
 * Asked at the beginning of every batch whether the contracts that its job was started with still hold. A collector takes a
 * new field as soon as its contract is published, so a batch may hold records that the job would read with the old
 * contract, and lose the field for good. Whoever wrote such a record saw the newer contract before, hence so does this.
 */
@FunctionalInterface
public interface ContractGuard {
    /** Where contracts never change. */
    ContractGuard NONE = () -> {};

    /** @throws ContractsChangedException when they do not; the batch is executed again with the newer ones */
    void check();
}
