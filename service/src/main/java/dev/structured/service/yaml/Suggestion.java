package dev.structured.service.yaml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds the word that was probably meant: "did you mean 'budget'?".
public final class Suggestion {

    /// The longest word that is compared; the cost grows with the square of the length.
    private static final int LONGEST = 64;

    private Suggestion() {}

    /// Returns `; did you mean 'budget'?`, or an empty text if no known word is similar.
    public static String hint(String word, Collection<String> known) {
        return nearest(word, known).map(near -> "; did you mean '" + near + "'?").orElse("");
    }

    /// Returns the most similar known word, if it differs by at most one letter in three, or by one letter
    /// for short words.
    static Optional<String> nearest(String word, Collection<String> known) {
        String lower = word.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(candidate -> isNear(slips(lower, candidate), lower, candidate))
                .min(Comparator.comparingInt(candidate -> slips(lower, candidate)));
    }

    private static boolean isNear(int slips, String word, String candidate) {
        int shorter = Math.min(word.length(), candidate.length());
        return slips == 0 || (slips < shorter && slips <= Math.max(1, candidate.length() / 3));
    }

    /// Returns the number of letters that were left out, added, replaced or swapped with their neighbour.
    /// Case is ignored.
    private static int slips(String word, String candidate) {
        String other = candidate.toLowerCase(Locale.ROOT);
        if (word.length() > LONGEST || other.length() > LONGEST) return Integer.MAX_VALUE;
        int[][] cost = new int[word.length() + 1][other.length() + 1];
        for (int i = 0; i <= word.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, word, other, i, j);
            }
        }
        return cost[word.length()][other.length()];
    }

    private static int cheapest(int[][] cost, String word, String other, int i, int j) {
        boolean same = word.charAt(i - 1) == other.charAt(j - 1);
        int best = Math.min(cost[i - 1][j - 1] + (same ? 0 : 1),
                1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
        boolean swapped = i > 1 && j > 1
                && word.charAt(i - 1) == other.charAt(j - 2) && word.charAt(i - 2) == other.charAt(j - 1);
        return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
    }
}
