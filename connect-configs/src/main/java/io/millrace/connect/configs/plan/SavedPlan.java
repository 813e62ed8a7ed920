package io.millrace.connect.configs.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.connect.configs.DeclarationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A plan in a file: what it changes, and fingerprints of what it rests on. As a plan is a pure function, the same
 * fingerprints give the same plan, so the file needs no settings and holds no secret.
 *
 * @param environment name of the environment that it was made for
 * @param options how far it goes
 * @param declared fingerprints of what was declared, by what it is
 * @param live fingerprints of what was live, by what it is
 * @param changes the changes, for people and programs to read
 */
public record SavedPlan(
        String environment,
        PlanOptions options,
        Map<String, String> declared,
        Map<String, String> live,
        JsonNode changes) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FORMAT = 1;

    public SavedPlan {
        declared = Collections.unmodifiableMap(new TreeMap<>(declared));
        live = Collections.unmodifiableMap(new TreeMap<>(live));
    }

    /** The file of a plan. */
    public static SavedPlan of(String environment, PlanOptions options, Declared declared, Live live, Plan plan) {
        return new SavedPlan(
                environment,
                options,
                Fingerprints.of(declared),
                Fingerprints.of(live, declared, options),
                PlanJson.changes(plan.changes()));
    }

    /** What has moved since the plan was made, such as {@code connector x}; empty when nothing has. */
    public List<String> moved(Declared nowDeclared, Live nowLive) {
        List<String> moved = new ArrayList<>();
        different(declared, Fingerprints.of(nowDeclared)).forEach(what -> moved.add("the file of " + what));
        moved.addAll(different(live, Fingerprints.of(nowLive, nowDeclared, options)));
        return moved;
    }

    private static List<String> different(Map<String, String> before, Map<String, String> now) {
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(now.keySet());
        names.removeIf(name -> before.containsKey(name) && before.get(name).equals(now.get(name)));
        return List.copyOf(names);
    }

    /** Writes the file. */
    public void write(Path file) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT).put("environment", environment);
        root.putObject("options").put("prune", options.prune()).put("adopt", options.adopt());
        declared.forEach(root.putObject("declared")::put);
        live.forEach(root.putObject("live")::put);
        root.set("changes", changes);
        try {
            Files.writeString(file, root.toPrettyString() + "\n");
        } catch (IOException e) {
            throw new DeclarationException(
                    "cannot write the plan " + file + " (" + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * Reads a file.
     *
     * @throws DeclarationException when it is not a saved plan
     */
    public static SavedPlan read(Path file) {
        try {
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root.path("format").asInt() != FORMAT) {
                throw new DeclarationException(file + ": is not a plan that this version saved; plan again");
            }
            return new SavedPlan(
                    root.path("environment").asText(),
                    new PlanOptions(
                            root.path("options").path("prune").asBoolean(),
                            root.path("options").path("adopt").asBoolean()),
                    texts(root.path("declared")),
                    texts(root.path("live")),
                    root.path("changes"));
        } catch (IOException e) {
            throw new DeclarationException(
                    "cannot read the plan " + file + " (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new TreeMap<>();
        node.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }
}
