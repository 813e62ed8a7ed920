package io.millrace.local.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.local.StackAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** {@code stack.json}: what a running stack tells the other commands. Replaced as a whole, so a reader never sees half. */
final class StackFile {
    private final Path file;
    private final ObjectNode root = Json.MAPPER.createObjectNode();

    StackFile(StackFolder folder, StackAddress address, boolean ephemeral, boolean secured, Instant startedAt) {
        this.file = folder.stackJson();
        root.put("portBase", address.portBase());
        root.put("pid", ProcessHandle.current().pid());
        root.put("startedAt", startedAt.toString());
        root.put("ephemeral", ephemeral);
        root.put("secured", secured);
        root.put("state", "starting");
    }

    synchronized void state(String state) {
        root.put("state", state);
        write();
    }

    synchronized void nodes(List<NodeStatus> statuses) {
        ArrayNode services = root.putArray("services");
        ArrayNode steps = root.putArray("steps");
        for (NodeStatus status : statuses) {
            ObjectNode node = (status.service() ? services : steps).addObject();
            node.put("name", status.name());
            node.put("state", status.state().name().toLowerCase(java.util.Locale.ROOT));
            node.put("since", status.since().toString());
            node.put("detail", status.detail());
            if (status.service()) {
                node.put("port", status.port());
                node.put("restarts", status.restarts());
                status.pid().ifPresent(pid -> node.put("pid", pid));
            }
        }
        write();
    }

    synchronized void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new StackException("cannot remove " + file + ": " + e.getMessage(), e);
        }
    }

    private void write() {
        Path partial = file.resolveSibling("stack.json.partial");
        try {
            Files.writeString(partial, root.toPrettyString() + "\n");
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new StackException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** Empty when there is none. */
    static Optional<JsonNode> read(StackFolder folder) {
        try {
            return Optional.of(Json.MAPPER.readTree(Files.readString(folder.stackJson())));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
