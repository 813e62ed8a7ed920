package io.millrace.local.control;

import io.millrace.connect.configs.cdc.CdcHost.SecretStore;
import io.millrace.local.stack.StackException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** One file per secret, for their owner's eyes only, in a folder that the stack's worker may refer to. */
final class ConnectorSecrets implements SecretStore {
    private final Path folder;

    ConnectorSecrets(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
    }

    @Override
    public String readOrCreate(String name) {
        Path file = folder.resolve(name);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(folder);
                byte[] bytes = new byte[16];
                new SecureRandom().nextBytes(bytes);
                Path partial = folder.resolve("." + name);
                Files.deleteIfExists(partial);
                Files.createFile(
                        partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(partial, HexFormat.of().formatHex(bytes));
                Files.move(partial, file);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new StackException("cannot keep a secret in " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String reference(String name) {
        return "${dir:" + folder + ":" + name + "}";
    }

    @Override
    public void forget(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            throw new StackException("cannot remove " + folder.resolve(name) + ": " + e.getMessage(), e);
        }
    }
}
