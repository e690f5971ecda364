package dev.structured.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.percent;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpRequestActionBuilder;

/// The latency of the five-part page while some of its parts hang or fail. It would be a surprise if a page
/// with a hanging optional part took longer than that part's budget, or if any other page became slower.
public final class ProductPageLatency extends Simulation {
    private static final int RATE = Target.rate(100);
    private static final int SECONDS = Target.seconds(20);

    private final ScenarioBuilder visitors = scenario("visitors").randomSwitch().on(
            percent(80).then(page("whole page", "/products/42", 200)),
            percent(10).then(partial()),
            percent(5).then(page("required part fails", "/products/42?chaos=price:500", 502)),
            percent(5).then(page("unknown product", "/products/100000", 404)));

    private static ChainBuilder page(String name, String path, int status) {
        return exec(get(name, path).check(status().is(status)));
    }

    private static ChainBuilder partial() {
        return exec(get("optional part hangs", "/products/42?chaos=reviews:hang").check(status().is(200),
                jsonPath("$.product.id").exists(), jsonPath("$.missing.reviews.reason").is("timeout")));
    }

    private static HttpRequestActionBuilder get(String name, String path) {
        return http(name).get(path);
    }

    {
        setUp(visitors.injectOpen(rampUsersPerSec(1).to(RATE).during(5),
                constantUsersPerSec(RATE).during(SECONDS)))
                .protocols(Target.http()).assertions(global().failedRequests().count().is(0L));
    }
}
