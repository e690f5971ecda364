package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// A number with a unit between two bounds: a duration, or a size in bytes.
///
/// @param make makes a value from an amount of the smallest unit
/// @param min the smallest amount, as it is written
/// @param max the largest amount
record UnitNumberType<T>(UnitNumber quantity, LongFunction<T> make, Function<T, String> printer,
        T placeholder,
        String min, String max) implements ValueType<T> {
    static final UnitNumberType<Duration> DURATION = new UnitNumberType<>(UnitNumber.DURATION,
            Duration::ofMillis,
            time -> time.toMillis() + "ms", Duration.ofMinutes(10), "", "");
    static final UnitNumberType<Integer> SIZE = new UnitNumberType<>(UnitNumber.SIZE, Math::toIntExact,
            String::valueOf, 1, "", "");

    @Override
    public @Nullable T read(YamlValue value) {
        long least = amount(min);
        long most = amount(max);
        return value.read(scalar -> make.apply(quantity.read(scalar.getValue(), least, most)));
    }

    private long amount(String written) {
        try {
            return quantity.read(written, 0, Long.MAX_VALUE);
        } catch (InvalidValueException e) {
            throw new IllegalStateException("A bound that cannot be read: '" + written + "'", e);
        }
    }

    @Override
    public ObjectNode schema() {
        return ScalarType.orInterpolated(ScalarType.textSchema(quantity.pattern()));
    }

    @Override
    public String print(T value) {
        return printer.apply(value);
    }

    @Override
    public boolean isBounded() {
        return true;
    }

    @Override
    public UnitNumberType<T> within(String least, String most) {
        return new UnitNumberType<>(quantity, make, printer, placeholder, least, most);
    }

    @Override
    public String remark() {
        return " From " + min + " to " + max + ".";
    }
}
