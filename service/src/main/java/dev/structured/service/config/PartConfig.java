package dev.structured.service.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.service.config.FailureConfig.OnFailure;
import dev.structured.service.yaml.Flat;
import dev.structured.service.yaml.Key;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One part of a page.
///
/// @param name its name in the file
/// @param source the source of its value
/// @param required true if there is no page without it
/// @param needs the parts that it waits for, besides those whose fields it uses
/// @param when the conditions for asking for it
/// @param place its place in the page
public record PartConfig(
        String name,
        @Flat PartSource source,
        @Key(preset = "false", says = "True if there is no page without the part.") boolean required,
        @Key(max = "100", each = "part", says = "Parts to wait for, besides those whose fields are used.") List<String> needs,
        @Key(max = "20", single = true, each = "condition", says = "The conditions for asking for the part: all must hold. A part that is not asked for is not missing.") List<Condition> when,
        @Flat PlaceConfig place) {

    public PartConfig {
        needs = List.copyOf(needs);
        when = List.copyOf(when);
    }

    /// Returns the call that the part makes; null for a fixed value.
    public @Nullable CallConfig call() {
        return source.call();
    }

    /// Returns the fixed value; null for a part that makes calls.
    public @Nullable JsonNode value() {
        return source instanceof PartSource.Fixed(JsonNode value) ? value : null;
    }

    /// Returns the fan-out of the part; null for a part that makes one call or none.
    public PartSource.@Nullable Each each() {
        return source instanceof PartSource.Each each ? each : null;
    }

    /// Returns the name of the downstream; null for a fixed value.
    public @Nullable String downstream() {
        CallConfig call = call();
        return call == null ? null : call.downstream();
    }

    /// Returns the shape of the part's value; the default shape for a fixed value.
    public ShapeConfig shape() {
        CallConfig call = call();
        return call == null ? ShapeConfig.WHOLE : call.shape();
    }

    /// Returns the consequences of a failed call for the page.
    public FailureConfig failure() {
        CallConfig call = call();
        return call == null ? FailureConfig.UNSAID : call.failure();
    }

    /// Returns the headers of the answer that the client gets, in lower case.
    public List<String> responseHeaders() {
        CallConfig call = call();
        return call == null ? List.of() : call.responseHeaders();
    }

    /// Returns the names of the cookies of the answer that the client gets.
    public List<String> setCookies() {
        CallConfig call = call();
        return call == null ? List.of() : call.setCookies();
    }

    /// Returns the part's name in the page, or in its group.
    public String field() {
        String as = place.as();
        return as == null ? name : as;
    }

    /// Returns true if there is no page without the part.
    public boolean isRequired() {
        return required || failure().onFailure() == OnFailure.FAIL;
    }

    /// Calls `action` with each variable that the part uses, in any of its keys.
    public void variables(Consumer<Variable> action) {
        ingredients(action);
        when.forEach(condition -> action.accept(condition.variable()));
    }

    /// Calls `action` with each variable that the part's value depends on. Those of conditions are not among
    /// them.
    public void ingredients(Consumer<Variable> action) {
        CallConfig call = call();
        if (call != null) call.variables(action);
        if (source instanceof PartSource.Each each) action.accept(each.list());
    }

    /// Returns the names whose values the part needs to be asked for. Names that only its conditions use are
    /// not among them.
    public Set<String> lostWithout() {
        Set<String> names = new HashSet<>(needs);
        ingredients(variable -> names.add(variable.name()));
        return names;
    }

    /// Returns the first words of all variables, and the parts named in `needs`. This part waits for those
    /// among them that are parts of the route.
    public Set<String> mentions() {
        Set<String> names = new LinkedHashSet<>(needs);
        variables(variable -> names.add(variable.name()));
        return names;
    }
}
