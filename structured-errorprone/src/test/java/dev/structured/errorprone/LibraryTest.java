package dev.structured.errorprone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.structured.core.combine.Combine;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Checks that the checks know all methods of a class whose methods all wait and run code in tasks.
class LibraryTest {
    private static Set<String> combinators() {
        Set<String> all = Arrays.stream(Combine.class.getMethods())
                .filter(each -> Modifier.isStatic(each.getModifiers())).map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertFalse(all.isEmpty());
        return all;
    }

    @Test
    void all_combinators_wait() {
        Set<String> unknown = combinators();
        unknown.removeIf(each -> Library.waits("Combine", each));
        assertEquals(Set.of(), unknown);
    }

    @Test
    void all_combinators_run_code_in_tasks() {
        Set<String> unknown = combinators();
        unknown.removeAll(Library.RUN_IN_A_TASK);
        assertEquals(Set.of(), unknown);
    }
}
