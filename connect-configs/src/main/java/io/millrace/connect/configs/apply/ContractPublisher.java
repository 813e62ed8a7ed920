package io.millrace.connect.configs.apply;

import io.millrace.connect.configs.plan.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Copies folders of contracts, or of declared jobs, to where running collectors and drivers read them. Each file is replaced
 * in one move, the YAML file last, so a reader sees the schema or query that it speaks about.
 */
public final class ContractPublisher {
    private ContractPublisher() {}

    /**
     * Makes one folder of such folders equal to another, for programs that start a whole stack.
     *
     * @throws UncheckedIOException when a file cannot be read or written
     */
    public static void publishAll(Path from, Path to) {
        try {
            Set<String> declared = contracts(from);
            Set<String> there = contracts(to);
            for (String contract : declared) {
                copy(from.resolve(contract), to.resolve(contract));
            }
            there.removeAll(declared);
            for (String contract : there) {
                remove(to.resolve(contract), List.of());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot publish to " + to + ": " + e.getMessage(), e);
        }
    }

    private static Set<String> contracts(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    static void publish(Change.PublishContracts change, Path from, Path to) {
        try {
            for (String contract : change.added()) {
                copy(from.resolve(contract), to.resolve(contract));
            }
            for (String contract : change.changed()) {
                copy(from.resolve(contract), to.resolve(contract));
            }
            for (String contract : change.removed()) {
                remove(to.resolve(contract), List.of());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot publish the contracts to " + to + ": " + e.getMessage(), e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
            files = walk.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted(Comparator.comparing(file -> file.toString().endsWith(".yaml")))
                    .map(from::relativize)
                    .toList();
        }
        for (Path file : files) {
            Path target = to.resolve(file.toString());
            Files.createDirectories(target.getParent());
            Path partial = target.resolveSibling("." + target.getFileName() + ".partial");
            Files.copy(from.resolve(file), partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        remove(to, files.stream().map(file -> to.resolve(file.toString())).toList());
    }

    private static void remove(Path folder, List<Path> except) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                try (Stream<Path> children = Files.list(file)) {
                    if (children.findAny().isEmpty()) {
                        Files.delete(file);
                    }
                }
            } else if (!except.contains(file)) {
                Files.delete(file);
            }
        }
    }
}
