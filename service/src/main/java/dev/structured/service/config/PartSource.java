package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.yaml.ChosenBy;
import dev.structured.service.yaml.Flat;
import dev.structured.service.yaml.Key;
import org.jspecify.annotations.Nullable;

/// Where the value of a part comes from.
public sealed interface PartSource {
    /// Returns the call that the part makes; null for a fixed value.
    @Nullable
    CallConfig call();

    /// A value that stands in the file.
    @ChosenBy("value")
    record Fixed(
            @Key(type = FixedJson.class, fix = "add 'value: ...'", says = "A fixed value, instead of "
                    + "asking a downstream.") JsonNode value)
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
    /// @param atOnce how many elements are asked for at the same time
    /// @param atMost the most elements that the list may have
    /// @param onElementFailure what becomes of an element that failed
    @ChosenBy("each")
    record Each(
            @Flat CallConfig call,
            @Key(name = "each", fix = "add e.g. 'each: ${user.orders}'", says = "A list: the part is asked once for each element, which is ${item}.") Variable list,
            @Key(preset = "8", min = "1", max = "100", says = "How many elements are asked for at the same time.") int atOnce,
            @Key(preset = "100", min = "1", max = "1000", says = "The most elements; a longer list fails the part.") int atMost,
            @Key(preset = "null", says = "What becomes of an element that failed: the part fails, it is left out, or "
                    + "it is null.") OnElementFailure onElementFailure)
            implements
                PartSource {}

    /// One call.
    record Asked(@Flat CallConfig call) implements PartSource {}

    /// What becomes of an element that failed.
    enum OnElementFailure {
        /// The part fails.
        FAIL,
        /// The list is shorter.
        OMIT,
        /// It is null in the list.
        NULL
    }
}
