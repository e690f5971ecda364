package dev.structured.service.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.structured.core.CancelScope;
import dev.structured.core.Fn;
import dev.structured.core.ScopeResult;
import dev.structured.core.combine.Combine;
import dev.structured.service.aggregate.PartFailure.Instead;
import dev.structured.service.aggregate.PartResult.Missing;
import dev.structured.service.aggregate.PartResult.Present;
import dev.structured.service.config.PartSource;
import dev.structured.service.config.PartSource.OnElementFailure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The making of a part with `each`: one call for each element of a list, several at a time, joined in the
/// list's order.
final class Elements {
    private final PartPlan plan;
    private final PartSource.Each each;

    Elements(PartPlan plan, PartSource.Each each) {
        this.plan = plan;
        this.each = each;
    }

    /// Asks for all elements and returns the part's result. With `onElementFailure: fail`, the first failure
    /// stops the other calls. Blocks. **Checkpoint.**
    ///
    /// @param ask asks for one element
    PartResult ask(ArrayNode list, Fn<JsonNode, PartResult, ?> ask) {
        boolean strict = each.onElementFailure() == OnElementFailure.FAIL;
        CancelScope elements = new CancelScope("elements of " + plan.name());
        AtomicReference<@Nullable PartFailure> first = new AtomicReference<>();
        ScopeResult<List<PartResult>> all = elements
                .call(() -> Combine.map(list, each.atOnce(), element -> {
                    PartResult result = ask.apply(element);
                    if (strict && result.isMissing()) {
                        first.compareAndSet(null, result.failure());
                        elements.cancel("an element of '" + plan.name() + "' failed");
                    }
                    return result;
                }));
        PartFailure failed = first.get();
        if (failed != null) return new Missing(failed);
        return joined(all.orElseThrow());
    }

    private PartResult joined(List<PartResult> results) {
        ArrayNode values = JsonNodeFactory.instance.arrayNode(results.size());
        ArrayNode shown = JsonNodeFactory.instance.arrayNode(results.size());
        Freshness freshness = Freshness.FOREVER;
        PartFailure first = null;
        int failed = 0;
        for (PartResult result : results) {
            if (result instanceof Present present) {
                values.add(present.value());
                shown.add(present.shown());
                freshness = freshness.and(present.freshness());
            } else {
                failed++;
                if (first == null) first = result.failure();
                if (each.onElementFailure() == OnElementFailure.NULL) {
                    values.addNull();
                    shown.addNull();
                }
            }
        }
        Present all = new Present(plan.shape.flat(values), plan.shape.flat(shown), Map.of(), freshness, null);
        if (first == null) return all;
        String detail = failed + " of " + results.size() + " elements are missing; the first: "
                + first.detail();
        return all.with(plan.failure(ErrorType.ELEMENTS_MISSING, first.status(), detail).with(Instead.REST));
    }
}
