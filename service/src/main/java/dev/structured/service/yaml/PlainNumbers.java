package dev.structured.service.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.io.Serial;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Makes JSON whose decimals are written without an exponent, as text and as JSON: `0.0000001` and `100000`,
/// not `1E-7` and `1E+5`. A number then looks the same in a path, in a query, in a body and in a page.
public final class PlainNumbers extends JsonNodeFactory {
    /// The factory.
    public static final PlainNumbers FACTORY = new PlainNumbers();

    /// The limit of the digits that an exponent may stand for, on either side of the point. Every `double`
    /// has fewer.
    public static final int MAX_DIGITS = 400;

    @Serial
    private static final long serialVersionUID = 1;

    private PlainNumbers() {}

    /// @throws ArithmeticException if the number has more than [#MAX_DIGITS] digits on one side of the point
    @Override
    public ValueNode numberNode(@Nullable BigDecimal value) {
        if (value == null) return nullNode();
        if (Math.abs((long) value.scale()) > MAX_DIGITS) {
            throw new ArithmeticException("The number " + value + " has too large an exponent");
        }
        boolean plain = value.scale() >= 0 && value.precision() - value.scale() > -6;
        return DecimalNode.valueOf(plain ? value : new Plain(value));
    }

    /// Returns the decimal that a text in the notation of JSON stands for.
    ///
    /// @throws ArithmeticException if it has too large an exponent
    /// @throws NumberFormatException if it is no number
    public static JsonNode decimal(String text) {
        return FACTORY.numberNode(new BigDecimal(text));
    }

    /// A decimal whose text has no exponent.
    private static final class Plain extends BigDecimal {
        @Serial
        private static final long serialVersionUID = 1;

        Plain(BigDecimal value) {
            super(value.unscaledValue(), value.scale());
        }

        @Override
        public String toString() {
            return toPlainString();
        }
    }
}
