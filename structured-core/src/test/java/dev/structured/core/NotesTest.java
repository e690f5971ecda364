package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotesTest extends KernelTest {

    @Test
    void latest_note_of_a_key_stands_in_its_place() {
        scheduler.run("main", () -> {
            Task<?> me = Task.current();
            assertEquals(Map.of(), me.notes());
            me.note("request", "7f3a");
            me.note("attempt", "1");
            me.note("attempt", "2");
            assertEquals("{request=7f3a, attempt=2}", me.notes().toString());
        });
    }

    @Test
    void bounded_in_number_and_length_and_without_control_characters() {
        scheduler.run("main", () -> {
            Task<?> me = Task.current();
            for (int i = 0; i < 20; i++) me.note("key " + i, "value");
            assertEquals(8, me.notes().size());
            assertEquals("key 19", List.copyOf(me.notes().keySet()).getLast());
            me.note("k".repeat(1_000), "line\nline\u001b[1m" + "x".repeat(1_000));
            var last = List.copyOf(me.notes().entrySet()).getLast();
            assertEquals(64, last.getKey().length());
            assertEquals(64, last.getValue().length());
            assertTrue(last.getValue().startsWith("line?line?[1m"), last.getValue());
        });
    }

    @Test
    void no_character_of_two_surrogates_is_cut() {
        scheduler.run("main", () -> {
            Task<?> me = Task.current();
            me.note("cut", "x".repeat(62) + "\ud83d\ude00" + "x".repeat(10));
            assertEquals("x".repeat(62) + "…", me.notes().get("cut"));
            me.note("whole", "x".repeat(61) + "\ud83d\ude00" + "x".repeat(10));
            assertEquals("x".repeat(61) + "\ud83d\ude00…", me.notes().get("whole"));
            assertEquals("x".repeat(999) + "…", Words.of("x".repeat(999) + "\ud83d\ude00 and more"));
        });
    }

    @Test
    void thread_has_them_after_its_name_and_a_root_gives_its_own_name_back() {
        String before = Thread.currentThread().getName();
        scheduler.run("main", () -> {
            Task.current().note("request", "7f3a");
            assertEquals(before + " [request=7f3a]", Thread.currentThread().getName());
            Nursery.run(nursery -> nursery.startSoon("part", () -> {
                Task.current().note("attempt", "1");
                Task.current().note("attempt", "2");
                assertEquals("main/part [attempt=2]", Thread.currentThread().getName());
            }));
        });
        assertEquals(before, Thread.currentThread().getName());
    }

    @Test
    void another_thread_may_note_something_and_leaves_the_names_alone() {
        scheduler.run("main", () -> Nursery.run(nursery -> {
            String mine = Thread.currentThread().getName();
            Task<?> sleeper = nursery.startSoon("sleeper", () -> {
                sleep(1);
                Task.current().note("b", "2");
                assertEquals("main/sleeper [a=1, b=2]", Thread.currentThread().getName());
            });
            sleeper.note("a", "1");
            assertEquals(mine, Thread.currentThread().getName());
            assertEquals(Map.of("a", "1"), sleeper.notes());
        }));
    }

    @Test
    void tree_shows_them() {
        scheduler.run("main", () -> Nursery.run("parts", nursery -> {
            nursery.startSoon("price", () -> {
                Task.current().note("attempt", "2");
                Checkpoints.sleepForever();
            });
            clock.settle();
            TaskTree tree = TaskTree.of(scheduler);
            assertTrue(tree.text().contains("└─ price [attempt=2] (in parts)"), tree.text());
            assertEquals("2", new ObjectMapper().readTree(tree.json())
                    .at("/tasks/1/notes/attempt").asText());
            nursery.scope().cancel();
        }));
    }
}
