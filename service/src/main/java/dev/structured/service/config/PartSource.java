package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.yaml.ChosenBy;
import dev.structured.service.yaml.Flat;
import dev.structured.service.yaml.Key;
import org.jspecify.annotations.Nullable;

/// The source of a part's value.
public sealed interface PartSource {
    /// Returns the call that the part makes; null for a fixed value.
    @Nullable
    CallConfig call();

    /// A value in the file.
    @ChosenBy("value")
    record Fixed(
            @Key(type = FixedJson.class, fix = "add 'value: ...'", says = "A fixed value, instead of a call to a downstream.") JsonNode value)
            implements
                PartSource {
        @Override
        public @Nullable CallConfig call() {
            return null;
        }
    }

    /// One call for each element of a list.
    ///
    /// @param list the list
    /// @param atOnce the number of calls at the same time
    /// @param atMost the greatest number of elements
    /// @param onElementFailure the consequence of a failed call for its element
    @ChosenBy("each")
    record Each(
            @Flat CallConfig call,
            @Key(name = "each", fix = "add e.g. 'each: ${user.orders}'", says = "A list: the part makes one call for each element, which is ${item}.") Variable list,
            @Key(preset = "8", min = "1", max = "100", says = "The number of calls at the same time.") int atOnce,
            @Key(preset = "100", min = "1", max = "1000", says = "The greatest number of elements; a longer list fails the part.") int atMost,
            @Key(preset = "null", says = "The consequence of a failed call: the part fails, the element is left out, or it is null.") OnElementFailure onElementFailure)
            implements
                PartSource {}

    /// One call.
    record Asked(@Flat CallConfig call) implements PartSource {}

    /// The consequences of a failed call for its element.
    enum OnElementFailure {
        /// The part fails.
        FAIL,
        /// The element is left out of the list.
        OMIT,
        /// The element is null.
        NULL
    }
}
