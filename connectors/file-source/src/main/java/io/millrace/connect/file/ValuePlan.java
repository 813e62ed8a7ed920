package io.millrace.connect.file;

import io.millrace.connect.commons.contract.ContractReader;
import io.millrace.connect.commons.contract.LiveContracts;
import java.time.Clock;
import java.util.Optional;

/**
 * What the values of records are to be.
 *
 * @param contract name of the contract; empty for the topic's
 * @param contracts null when none is needed
 */
record ValuePlan(
        Format format,
        ValueFormat value,
        String contract,
        LiveContracts contracts,
        boolean ignoreUnknown,
        int largest,
        Clock clock) {

    /** The contract of the records of a topic; empty when there is none to keep. */
    Optional<ContractReader> contractOf(String topic) throws BrokenObject {
        if (value != ValueFormat.CONTRACT) {
            return Optional.empty();
        }
        try {
            return Optional.of(contracts.reader(contract.isEmpty() ? topic : contract));
        } catch (LiveContracts.Unusable e) {
            throw new BrokenObject(e.getMessage());
        }
    }

    WantedSchema wanted(ContractReader reader) {
        return new WantedSchema(reader.schema(), ignoreUnknown);
    }

    Values values(String topic, Optional<ContractReader> reader) {
        return switch (value) {
            case BYTES -> Values.bytes();
            case STRING -> Values.strings();
            case SCHEMA -> Values.declared(topic);
            case CONTRACT -> {
                if (!format.isText()) {
                    yield Values.contract(reader.orElseThrow());
                }
                JsonValues json = new JsonValues(reader.orElseThrow(), ignoreUnknown, largest, clock);
                yield switch (format) {
                    case COMBINED -> json.ofLogs();
                    case CSV -> json;
                    default -> json.ofJson();
                };
            }
        };
    }
}
