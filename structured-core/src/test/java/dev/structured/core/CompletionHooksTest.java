package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompletionHooksTest {
    private final List<String> trail = new ArrayList<>();
    private static int compared;
    private final List<Throwable> dropped = new ArrayList<>();
    private final CompletionHooks hooks = new CompletionHooks(dropped::add);

    /// Two of the same name are equal.
    private record Hook(String name, List<String> trail) implements Runnable {
        @Override
        public void run() {
            trail.add(name);
        }

        @Override
        public boolean equals(Object other) {
            compared++;
            return other instanceof Hook hook && name.equals(hook.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    private Hook hook(String name) {
        return new Hook(name, trail);
    }

    @Test
    void are_run_once_in_the_order_in_which_they_were_added() {
        hooks.run();
        for (String name : List.of("first", "second", "third")) hooks.add(hook(name));
        hooks.run();
        hooks.run();
        assertEquals(List.of("first", "second", "third"), trail);
    }

    @Test
    void one_of_several_equal_ones_is_removed() {
        for (String name : List.of("one", "two", "one", "one")) hooks.add(hook(name));
        hooks.remove(hook("one"));
        hooks.remove(hook("two"));
        hooks.remove(hook("two"));
        hooks.remove(hook("unknown"));
        hooks.run();
        assertEquals(List.of("one", "one"), trail);
    }

    @Test
    void one_that_throws_does_not_keep_the_others_from_running() {
        AssertionError error = new AssertionError();
        hooks.add(() -> {
            throw error;
        });
        hooks.add(hook("next"));
        hooks.run();
        assertEquals(List.of("next"), trail);
        assertEquals(List.of(error), dropped);
    }

    @Test
    void one_that_is_added_by_another_waits_for_the_next_run() {
        hooks.add(() -> hooks.add(hook("added")));
        hooks.run();
        assertEquals(List.of(), trail);
        hooks.run();
        assertEquals(List.of("added"), trail);
    }

    @Test
    void many_are_removed_without_a_search() {
        List<Hook> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) many.add(hook("hook " + i));
        many.forEach(hooks::add);
        Collections.shuffle(many, new Random(1));
        compared = 0;
        many.forEach(each -> hooks.remove(hook(each.name())));
        assertTrue(compared < 50_000, compared + " comparisons");
        hooks.run();
        assertEquals(List.of(), trail);
    }
}
