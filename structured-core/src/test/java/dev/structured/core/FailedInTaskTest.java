package dev.structured.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A failure that is printed tells which task has failed.
class FailedInTaskTest extends KernelTest {
    private static final int SHARDS = 20;
    private static final int MANY = 1_000;

    private static NurseryFailedException shardsFail() {
        return assertThrows(NurseryFailedException.class, () -> Nursery.run("shards", nursery -> {
            for (int i = 0; i < SHARDS; i++) {
                int shard = i;
                nursery.startSoon("shard-" + i, () -> {
                    throw new IOException("disk of " + shard);
                });
            }
        }));
    }

    private static String printed(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void each_trace_in_that_of_the_group_is_followed_by_the_name_of_its_task() {
        scheduler.run("main", () -> {
            NurseryFailedException group = shardsFail();
            List<String> heads = printed(group).lines().map(String::strip)
                    .filter(line -> line.contains("disk of") || line.contains("FailedInTask: "))
                    .filter(line -> !line.contains("NurseryFailedException")).toList();
            assertEquals(2 * SHARDS, heads.size());
            for (int i = 0; i < heads.size(); i += 2) {
                String shard = heads.get(i).substring(heads.get(i).indexOf("disk of ") + "disk of ".length());
                assertEquals(
                        "Suppressed: dev.structured.core.FailedInTask: 'shard-" + shard
                                + "' of nursery 'shards'",
                        heads.get(i + 1));
            }
        });
    }

    @Test
    void failure_alone_names_its_task_also_when_it_is_thrown_on() {
        scheduler.run("main", () -> {
            for (Throwable failure : shardsFail().failures()) {
                String shard = failure.getMessage().substring("disk of ".length());
                assertTrue(printed(failure).contains("FailedInTask: 'shard-" + shard + "' of nursery"));
            }
            IOException rethrown = assertThrows(IOException.class, () -> {
                throw shardsFail().rethrow(IOException.class);
            });
            assertTrue(printed(rethrown).contains("FailedInTask: 'shard-"));
        });
    }

    @Test
    void error_that_comes_out_without_a_group_names_its_task() {
        scheduler.run("main", () -> {
            AssertionError error = assertThrows(AssertionError.class,
                    () -> Nursery.run("checks", nursery -> nursery.startSoon("third", () -> {
                        throw new AssertionError("wrong");
                    })));
            assertTrue(printed(error).contains("FailedInTask: 'third' of nursery 'checks'"));
        });
    }

    @Test
    void group_of_a_nursery_further_in_names_the_task_that_it_was_in() {
        scheduler.run("main", () -> {
            NurseryFailedException outer = assertThrows(NurseryFailedException.class,
                    () -> Nursery.run("outer", nursery -> nursery.startSoon("region", () -> {
                        throw shardsFail();
                    })));
            assertTrue(printed(outer).contains("FailedInTask: 'region' of nursery 'outer'"));
            assertTrue(printed(outer).contains("FailedInTask: 'shard-19' of nursery 'shards'"));
        });
    }

    @Test
    void failure_of_the_block_and_a_cancellation_get_no_label() {
        IOException blocks = new IOException("block");
        scheduler.run("main", () -> {
            NurseryFailedException group = assertThrows(NurseryFailedException.class,
                    () -> Nursery.run("outer", nursery -> {
                        nursery.startSoon("waiting", Checkpoints::sleepForever);
                        throw blocks;
                    }));
            assertSame(blocks, group.getCause());
            assertEquals(0, blocks.getSuppressed().length);
        });
    }

    @Test
    void constant_that_is_thrown_again_and_again_collects_few_labels() {
        IOException constant = new IOException("constant");
        scheduler.run("main", () -> {
            for (int i = 0; i < MANY; i++) {
                assertThrows(NurseryFailedException.class,
                        () -> Nursery.run(nursery -> nursery.startSoon("thrower", () -> {
                            throw constant;
                        })));
            }
        });
        assertTrue(constant.getSuppressed().length <= 16);
    }

    @Test
    void label_has_no_trace_and_costs_a_part_of_one() {
        Throwable[] failures = new Throwable[MANY];
        long traces = allocated(() -> {
            for (int i = 0; i < MANY; i++) failures[i] = new IOException("a trace each");
            return failures;
        });
        long labels = allocated(() -> {
            for (Throwable failure : failures) FailedInTask.label(failure, "shard", "shards");
            return failures;
        });
        assertTrue(labels < traces / 2, "labels: " + labels + " bytes, traces: " + traces);
        for (Throwable failure : failures)
            assertEquals(0, failure.getSuppressed()[0].getStackTrace().length);
        assertEquals(MANY, Arrays.stream(failures).distinct().count());
    }

    /// Returns how many bytes the calling thread allocates in the code.
    private static long allocated(Supplier<Throwable[]> code) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals(MANY, code.get().length);
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
