package dev.structured.core.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;

/// Asserts what an example prints.
final class Printed {
    private Printed() {}

    static String assertPrints(Examples.Example example, String expected) throws IOException {
        String output = Examples.outputOf(example);
        assertEquals(String.join("\n", Examples.settled(expected)),
                String.join("\n", Examples.settled(output)));
        return output;
    }

    static void assertPrintsInOrder(Examples.Example example, String expected) throws IOException {
        assertEquals(expected, Examples.outputOf(example));
    }

    static void assertConfiguredPrints(Examples.Configured example, String expected)
            throws IOException {
        assertEquals(String.join("\n", Examples.settled(expected)),
                String.join("\n", Examples.settled(Examples.outputOfConfigured(example))));
    }
}
