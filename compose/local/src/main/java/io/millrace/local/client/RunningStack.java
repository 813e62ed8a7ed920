package io.millrace.local.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.local.StackAddress;
import io.millrace.local.security.Access;
import io.millrace.local.shop.ShopDatabase;
import io.millrace.local.stack.Secrets;
import io.millrace.local.stack.StackException;
import io.millrace.local.stack.StackFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/**
 * A stack that another process keeps up, or containers.
 *
 * @param access how its parts are reached
 * @param folder its state folder
 * @param postgresPassword of containers; empty where the state folder has it
 */
public record RunningStack(Access access, StackFolder folder, Optional<String> postgresPassword) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public RunningStack(Access access, StackFolder folder) {
        this(access, folder, Optional.empty());
    }

    /** The stack that runs in a state folder, also one that is still starting. */
    public static Optional<RunningStack> find(StackFolder folder) {
        return read(folder)
                .map(file -> new RunningStack(
                        Access.of(
                                new StackAddress(file.path("portBase").asInt()),
                                folder,
                                file.path("secured").asBoolean()),
                        folder));
    }

    /**
     * Waits until every part is healthy. Of containers that is Compose's affair ({@code up --wait}).
     *
     * @throws StackException when that takes longer than the limit, or the stack ends meanwhile
     */
    public void awaitReady(Duration limit) throws InterruptedException {
        if (isContainers()) {
            return;
        }
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode file = read(folder)
                    .orElseThrow(
                            () -> new StackException("the stack in " + folder.root() + " ended while it was starting"));
            if (file.path("state").asText("ready").equals("ready")) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new StackException("the stack in " + folder.root() + " is still "
                        + file.path("state").asText() + " after " + limit.toSeconds() + " s; see ./millrace status");
            }
            Thread.sleep(250);
        }
    }

    /** Whether it runs in containers: then it has no state folder. */
    public boolean isContainers() {
        return postgresPassword.isPresent();
    }

    public StackAddress address() {
        return access.address();
    }

    /** Where events are posted. */
    public URI events() {
        return URI.create(access.url(address().httpSource()) + "/v1/events");
    }

    /** A client that posts events there. */
    public EventClient client() {
        return new EventClient(events(), access);
    }

    /** The shop database, as its owner. */
    public ShopDatabase shop() {
        return ShopDatabase.of(
                access, postgresPassword.orElseGet(() -> Secrets.read(folder).get(Secrets.POSTGRES)));
    }

    private static Optional<JsonNode> read(StackFolder folder) {
        try {
            JsonNode file = JSON.readTree(Files.readAllBytes(folder.stackJson()));
            // A stack that was killed leaves its file behind.
            return Optional.of(file)
                    .filter(known -> ProcessHandle.of(known.path("pid").asLong())
                            .map(ProcessHandle::isAlive)
                            .orElse(false));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "stack at port " + access.address().portBase() + " in " + folder.root();
    }
}
