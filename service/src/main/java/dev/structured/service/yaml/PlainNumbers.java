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

    /// The greatest number of digits on either side of the point that an exponent may need. Every `double`
    /// needs fewer.
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
        if (value instanceof NegativeZero) return DecimalNode.valueOf(value);
        boolean plain = value.scale() >= 0 && value.precision() - value.scale() > -6;
        return DecimalNode.valueOf(plain ? value : new Plain(value));
    }

    /// Returns the decimal that a text in JSON's notation denotes.
    ///
    /// @throws ArithmeticException if its exponent is too large
    /// @throws NumberFormatException if it is not a number
    public static JsonNode decimal(String text) {
        BigDecimal value = new BigDecimal(text);
        return FACTORY.numberNode(text.startsWith("-") ? negative(value) : value);
    }

    /// Returns the value of a number that was written with a minus sign. A `BigDecimal` has no negative zero,
    /// so `-0.0` would become `0.0`. A whole number `-0` is 0.
    public static BigDecimal negative(BigDecimal value) {
        return value.signum() == 0 && value.scale() != 0 ? new NegativeZero(value) : value;
    }

    /// Zero that is written with its sign. Equal to zero in every other way.
    private static final class NegativeZero extends BigDecimal {
        @Serial
        private static final long serialVersionUID = 1;

        NegativeZero(BigDecimal zero) {
            super(zero.unscaledValue(), Math.max(1, zero.scale()));
        }

        @Override
        public String toString() {
            return "-" + super.toPlainString();
        }

        @Override
        public String toPlainString() {
            return toString();
        }
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
