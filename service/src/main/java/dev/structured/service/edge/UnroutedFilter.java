package dev.structured.service.edge;

import dev.structured.service.aggregate.BadRequestException;
import java.io.IOException;

/// Answers every request that no route answers: OPTIONS with the methods of the path, others with 404 or 405.
final class UnroutedFilter implements Filter {
    @Override
    public Answer answer(FilterContext context, Rest rest) throws Refusal, BadRequestException, IOException {
        return switch (context.match()) {
            case RouteTable.Match.Found(ServedRoute served, _) -> {
                context.requestRecord().route(served.route().path());
                yield rest.answer(context);
            }
            case RouteTable.Match.OtherMethods(String path, String allow) -> other(context, path, allow);
            case RouteTable.Match.OtherHosts() -> throw new Refusal(EdgeProblems.otherHost());
            case RouteTable.Match.Nothing() -> throw new Refusal(EdgeProblems.unknownPath());
        };
    }

    private static Answer other(FilterContext context, String path, String allow) {
        if (!context.request().method().equals("OPTIONS")) {
            return context.answer(EdgeProblems.methodNotAllowed()).with("Allow", allow);
        }
        context.requestRecord().route(path);
        context.requestRecord().verdict(Verdict.COMPLETE);
        return Answer.withoutBody(204).with("Allow", allow);
    }
}
