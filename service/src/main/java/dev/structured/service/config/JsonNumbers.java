package dev.structured.service.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.service.yaml.PlainNumbers;

/// Numbers in the JSON of clients, downstreams and files: one form everywhere.
public final class JsonNumbers {
    /// Makes JSON whose decimals are written without an exponent. It refuses exponents beyond those of a
    /// `double` with an [ArithmeticException].
    public static final JsonNodeFactory FACTORY = PlainNumbers.FACTORY;

    private JsonNumbers() {}
}
