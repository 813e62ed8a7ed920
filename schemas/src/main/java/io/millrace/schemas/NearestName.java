package io.millrace.schemas;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the known name that somebody who misspelt one most likely meant. */
public final class NearestName {
    private NearestName() {}

    /**
     * The closest known name, when it is close enough to be meant; among equals the first in alphabetical order. The
     * first words of a name stand for it, one edit farther away than the whole: {@code kafka.bootstrap} for
     * {@code kafka.bootstrap.servers}.
     */
    public static Optional<String> to(String name, Collection<String> known) {
        int farthest = Math.max(1, name.length() / 3);
        return new TreeSet<>(known)
                .stream()
                        .filter(candidate -> farness(lower(name), lower(candidate)) <= farthest)
                        .min(Comparator.comparingInt(candidate -> farness(lower(name), lower(candidate))));
    }

    /** A hint for the end of an error: the nearest name, or all of them. */
    public static String hint(String name, Collection<String> known) {
        return to(name, known)
                .map(near -> "did you mean " + near + "?")
                .orElseGet(() ->
                        known.isEmpty() ? "there are none" : "known are " + String.join(", ", new TreeSet<>(known)));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static int farness(String name, String candidate) {
        int nearest = distance(name, candidate);
        for (int end = candidate.length() - 1; end > 0; end--) {
            if (".-_".indexOf(candidate.charAt(end)) >= 0) {
                nearest = Math.min(nearest, distance(name, candidate.substring(0, end)) + 1);
            }
        }
        return nearest;
    }

    /** Levenshtein's distance in which two neighbours that changed places count as one edit. */
    private static int distance(String left, String right) {
        int[][] edits = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                boolean same = left.charAt(i - 1) == right.charAt(j - 1);
                edits[i][j] =
                        Math.min(Math.min(edits[i - 1][j], edits[i][j - 1]) + 1, edits[i - 1][j - 1] + (same ? 0 : 1));
                if (i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[left.length()][right.length()];
    }
}
