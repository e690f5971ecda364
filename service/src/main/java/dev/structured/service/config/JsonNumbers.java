package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.yaml.PlainNumbers;
import java.math.BigDecimal;

/// Numbers in the JSON of clients, downstreams and files: one form everywhere.
public final class JsonNumbers {
    /// Makes JSON whose decimals are written without an exponent. It refuses exponents beyond those of a
    /// `double` with an [ArithmeticException].
    public static final JsonNodeFactory FACTORY = PlainNumbers.FACTORY;

    private JsonNumbers() {}

    /// Returns the value of a number that was written with a minus sign: `-0.0` keeps it.
    public static BigDecimal negative(BigDecimal value) {
        return PlainNumbers.negative(value);
    }

    /// Returns the decimal that a text in JSON's notation denotes.
    ///
    /// @throws ArithmeticException if its exponent is too large
    /// @throws NumberFormatException if it is not a number
    public static JsonNode decimal(String text) {
        return PlainNumbers.decimal(text);
    }
}
