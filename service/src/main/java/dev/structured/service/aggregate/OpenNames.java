package dev.structured.service.aggregate;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names of the objects that are open while JSON is read, to find one that is there twice. Jackson's own
/// way makes a set for each object.
final class OpenNames {
    /// The most names of an object that are compared one by one.
    private static final int FEW = 16;

    private int[] begins = new int[FEW / 2];
    /// The sets of objects with many names, by depth; null if there was none yet.
    private @Nullable Set<String> @Nullable [] many;
    private String[] names = new String[FEW];
    private int size;
    private int depth;

    @SuppressWarnings("unchecked")
    private static @Nullable Set<String>[] sets() {
        return (Set<String>[]) new Set<?>[StrictJson.MAX_DEPTH + 1];
    }

    /// Returns the number of objects and lists that are open.
    int depth() {
        return depth;
    }

    /// Notes that an object or list begins, at most [StrictJson#MAX_DEPTH] within each other.
    void open() {
        if (++depth == begins.length) begins = Arrays.copyOf(begins, 2 * depth);
        begins[depth] = size;
    }

    /// Notes that the last object or list ends.
    void close() {
        size = begins[depth];
        if (many != null) many[depth] = null;
        depth--;
    }

    /// Adds a name to the last object. Returns false if it has that name already.
    boolean add(String name) {
        Set<String> set = many == null ? null : many[depth];
        if (set != null) return set.add(name);
        for (int i = begins[depth]; i < size; i++) {
            if (names[i].equals(name)) return false;
        }
        if (size == names.length) names = Arrays.copyOf(names, 2 * size);
        names[size++] = name;
        if (size - begins[depth] == FEW) makeSet();
        return true;
    }

    private void makeSet() {
        if (many == null) many = sets();
        many[depth] = new HashSet<>(Arrays.asList(names).subList(begins[depth], size));
    }
}
