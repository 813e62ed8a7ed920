package io.millrace.connect.configs.plan;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of a contracts folder.
 *
 * @param folder the folder, as people name it
 * @param hashes SHA-256 of each file in hex, by its path below the folder with {@code /} between the parts
 */
public record ContractFiles(String folder, Map<String, String> hashes) {
    public ContractFiles {
        hashes = Collections.unmodifiableMap(new TreeMap<>(hashes));
    }
}
