package dev.structured.service.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.config.Priority;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class UrgencyFieldTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            u=0          | 0
            u=5, i       | 5
            i, u=7       | 7
            u=1;x=2      | 1
            u=1, u=6     | 6
            i            | -1
            u            | -1
            u=8          | -1
            u=-1         | -1
            u=1.0        | -1
            u="1"        | -1
            u=10         | -1
            up=1         | -1
            U=1          | -1
            """)
    void urgency_is_the_member_u(String value, int urgency) {
        assertEquals(urgency, UrgencyField.of(List.of(value)));
    }

    @Test
    void several_fields_are_one() {
        assertEquals(4, UrgencyField.of(List.of("u=2", "i, u=4")));
        assertEquals(-1, UrgencyField.of(List.of()));
        assertEquals(-1, UrgencyField.of(List.of("")));
    }

    @Test
    void urgencies_are_four_classes() {
        assertEquals(
                List.of(Priority.CRITICAL, Priority.CRITICAL, Priority.NORMAL, Priority.NORMAL, Priority.LOW,
                        Priority.LOW, Priority.BULK, Priority.BULK),
                List.of(0, 1, 2, 3, 4, 5, 6, 7).stream().map(Priority::ofUrgency).toList());
        for (Priority each : Priority.values()) assertEquals(each, Priority.ofUrgency(each.urgency()));
    }
}
