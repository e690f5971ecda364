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
import dev.structured.service.config.Defaults;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every key of every record that a file is read into.
public final class KeysTest {

    @ParameterizedTest
    @MethodSource("components")
    void key_says_what_it_is_in_one_sentence(Class<? extends Record> type, KeyedComponent component,
            Key key) {
        assertTrue(key.says().endsWith("."), key.says());
        assertTrue(key.says().length() > 10, key.says());
        assertTrue(component.name().matches("[a-z][A-Za-z]*[0-9]?"), component.name());
    }

    /// A preset that breaks its own rule is BROKEN, one without a rule throws.
    @ParameterizedTest
    @MethodSource("components")
    void preset_obeys_the_rule_of_its_key(Class<? extends Record> type, KeyedComponent component, Key key) {
        if (key.preset().isEmpty()) return;
        ValueReader values = new ValueReader(new Binder(new SourceMap()));
        Object preset = values.read(component, key, new Section(YamlValue.preset("{}"), List.of()));

        assertTrue(preset != ValueReader.BROKEN, component.name() + " has a preset that breaks its rule");
        assertNotNull(preset);
        if (preset instanceof List<?> list) assertTrue(!list.contains(ValueReader.BROKEN), component.name());
    }

    @ParameterizedTest
    @MethodSource("components")
    void what_need_not_be_there_has_a_value_without_being_there(Class<? extends Record> type,
            KeyedComponent component,
            Key key) {
        if (!key.fix().isEmpty()) return;
        ValueReader values = new ValueReader(new Binder(new SourceMap()));
        Object value = values.read(component, key,
                new Section(YamlValue.preset("{}"), List.of(component.name())));

        assertTrue(value != ValueReader.BROKEN, component.name());
        assertTrue(component.nullable() || value != null, component.name());
    }

    @ParameterizedTest
    @MethodSource("components")
    void what_cannot_be_read_has_a_stand_in(Class<? extends Record> type, KeyedComponent component, Key key) {
        if (component.isSection() && component.type().isRecord() && !component.nullable()) return;

        assertTrue(component.nullable() || component.placeholder(key) != null);
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

        assertEquals(Defaults.SERVER, config.server());
        assertEquals(Defaults.EXTRA, config.downstreams().values().iterator().next().extra());
    }

    @Test
    void only_a_name_has_no_key() {
        for (Class<? extends Record> type : records()) {
            for (KeyedComponent component : KeyedComponent.components(type)) {
                if (component.key() == null && !component.flat())
                    assertEquals("name", component.name(), type.getName());
            }
        }
    }

    static Stream<Object[]> components() {
        return records().stream()
                .flatMap(type -> KeyedComponent.keys(type)
                        .stream()
                        .map(component -> new Object[]{type, component, component.key()}));
    }

    /// Every record that is read from a section of the file, found as the reader finds them.
    public static Set<Class<? extends Record>> records() {
        Set<Class<? extends Record>> found = new LinkedHashSet<>();
        collect(ServiceConfig.class, found);
        return found;
    }

    private static void collect(Class<? extends Record> record, Set<Class<? extends Record>> found) {
        if (!found.add(record)) return;
        for (KeyedComponent component : KeyedComponent.keys(record)) {
            if (component.isSection())
                collect(component.element().asSubclass(Record.class), found);
        }
    }
}
