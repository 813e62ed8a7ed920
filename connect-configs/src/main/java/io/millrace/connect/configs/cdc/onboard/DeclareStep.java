package io.millrace.connect.configs.cdc.onboard;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The connector as a file to commit, so that the control tool's plan knows it. */
record DeclareStep(Capture capture, Path file) implements Step {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public String name() {
        return "file";
    }

    @Override
    public String what() {
        return "declared in " + file.getFileName() + ", to commit";
    }

    @Override
    public boolean isDone() {
        return isOurs();
    }

    @Override
    public void apply() {
        try {
            Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(partial, text());
            Files.move(partial, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** Only what is as it was written: what somebody edited stays. */
    @Override
    public void undo() {
        if (isOurs()) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot remove " + file, e);
            }
        }
    }

    private boolean isOurs() {
        try {
            return Files.exists(file) && Files.readString(file).equals(text());
        } catch (IOException e) {
            return false;
        }
    }

    private String text() {
        ObjectNode root = JSON.createObjectNode().put("name", capture.names().connector());
        capture.config().forEach(root.putObject("config")::put);
        return root.toPrettyString() + "\n";
    }
}
