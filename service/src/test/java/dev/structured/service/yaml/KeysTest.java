package dev.structured.service.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.check.Mistake;
import dev.structured.service.config.AdaptiveLimitConfig;
import dev.structured.service.config.BatchConfig;
import dev.structured.service.config.BodyConfig;
import dev.structured.service.config.BreakerConfig;
import dev.structured.service.config.CacheConfig;
import dev.structured.service.config.DownstreamConfig;
import dev.structured.service.config.ExtraConfig;
import dev.structured.service.config.HedgeConfig;
import dev.structured.service.config.ParamConfig;
import dev.structured.service.config.PartConfig;
import dev.structured.service.config.QuorumConfig;
import dev.structured.service.config.RetryConfig;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServiceConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every key of every record that a file is read into.
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
public final class KeysTest {

    @ParameterizedTest
    @MethodSource("slots")
    void key_says_what_it_is_in_one_sentence(Class<? extends Record> type, Slot slot, Key key) {
        assertTrue(key.says().endsWith("."), key.says());
        assertTrue(key.says().length() > 10, key.says());
        assertTrue(slot.name().matches("[a-z][A-Za-z]*"), slot.name());
    }

    /// A preset that breaks its own rule is BROKEN, one without a rule throws.
    @ParameterizedTest
    @MethodSource("slots")
    void preset_obeys_the_rule_of_its_key(Class<? extends Record> type, Slot slot, Key key) {
        if (key.preset().isEmpty()) return;
        Values values = new Values(new Binder(new Places()));
        Object preset = values.read(slot, key, new Section(Value.preset("{}"), List.of()));

        assertTrue(preset != Values.BROKEN, slot.name() + " has a preset that breaks its rule");
        assertNotNull(preset);
        if (preset instanceof List<?> list) assertTrue(!list.contains(Values.BROKEN), slot.name());
    }

    @ParameterizedTest
    @MethodSource("slots")
    void what_need_not_be_there_has_a_value_without_being_there(Class<? extends Record> type, Slot slot,
            Key key) {
        if (!key.fix().isEmpty()) return;
        Values values = new Values(new Binder(new Places()));
        Object value = values.read(slot, key, new Section(Value.preset("{}"), List.of(slot.name())));

        assertTrue(value != Values.BROKEN, slot.name());
        assertTrue(slot.nullable() || value != null, slot.name());
    }

    @ParameterizedTest
    @MethodSource("slots")
    void what_cannot_be_read_has_a_stand_in(Class<? extends Record> type, Slot slot, Key key) {
        if (slot.isSection() && slot.type().isRecord() && !slot.nullable()) return;

        assertTrue(slot.nullable() || slot.placeholder(key) != null);
    }

    @Test
    void records_of_the_whole_file_are_found() {
        assertTrue(records().containsAll(List.of(ServiceConfig.class, ServerConfig.class,
                DownstreamConfig.class,
                RouteConfig.class, PartConfig.class, ParamConfig.class, QuorumConfig.class, BatchConfig.class,
                BodyConfig.class, BreakerConfig.class, RetryConfig.class, HedgeConfig.class,
                ExtraConfig.class,
                CacheConfig.class, AdaptiveLimitConfig.class)));
    }

    @Test
    void defaults_in_the_code_are_the_presets_of_the_keys() throws ConfigException {
        ServiceConfig config = ConfigReader.read("routes.yaml", Mistake.GOOD);

        assertEquals(ServerConfig.DEFAULT, config.server());
        assertEquals(ExtraConfig.DEFAULT, config.downstreams().values().iterator().next().extra());
    }

    @Test
    void only_a_name_has_no_key() {
        for (Class<? extends Record> type : records()) {
            for (Slot slot : Slot.components(type)) {
                if (slot.key() == null && !slot.flat()) assertEquals("name", slot.name(), type.getName());
            }
        }
    }

    static Stream<Object[]> slots() {
        return records().stream()
                .flatMap(type -> Slot.keys(type)
                        .stream()
                        .map(slot -> new Object[]{type, slot, slot.key()}));
    }

    /// Every record that is read from a section of the file, found as the reader finds them.
    public static Set<Class<? extends Record>> records() {
        Set<Class<? extends Record>> found = new LinkedHashSet<>();
        collect(ServiceConfig.class, found);
        return found;
    }

    private static void collect(Class<? extends Record> record, Set<Class<? extends Record>> found) {
        if (!found.add(record)) return;
        for (Slot slot : Slot.keys(record)) {
            if (slot.isSection())
                collect(slot.element().asSubclass(Record.class), found);
        }
    }
}
