package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;
import java.util.function.Supplier;

/// Looks up the route of a request in the table that is served now. The request keeps that table until it
/// ends.
record RouteFilter(Supplier<RouteTable> tables) implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        RouteTable table = held();
        context.requestRecord().table(table);
        context.match(table, table.match(context.request().method(), context.request().path()));
        return rest.answer(context);
    }

    private RouteTable held() {
        while (true) {
            RouteTable table = tables.get();
            if (table.hold()) return table;
        }
    }
}
