package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.config.BudgetRule;
import dev.structured.service.config.RouteConfig;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PartsTest {

    @Test
    void unknown_parameter_is_an_error_with_a_suggestion() {
        Mistake.replacing("${id}", "${idd}").isReported(12, 25,
                "'path' of part 'product' of route '/products/{id}' has the unknown parameter ${idd}; did "
                        + "you mean 'id'? (the route's path '/products/{id}' has: id)");
        Mistake.replacing("/products/{id}", "/products").isReported(12, 25, "unknown parameter ${id}",
                "has: none");
    }

    @Test
    void place_of_a_mistake_in_quoted_text_is_exact_unless_something_is_escaped() {
        Mistake.replacing("/products/${id}", "'/products/${idd}'").isReported(12, 26,
                "unknown parameter ${idd}");
        Mistake.replacing("/products/${id}", "\"/products/\\x24{idd}\"").isReported(12, 15,
                "unknown parameter ${idd}");
    }

    @Test
    void parameters_are_not_checked_against_a_path_that_cannot_be_read() {
        Mistake.replacing("/products/{id}", "/products/{id").isReported(7, 21, "has the segment '{id'");
    }

    @Test
    void part_whose_required_cannot_be_read_is_not_held_against_those_that_need_it() {
        Mistake.replacing("required: true", "required: yes").and("budget: 300ms", "required: true")
                .isReported(13, 19, "must be true or false");
    }

    @Test
    void unknown_part_is_an_error_with_a_suggestion() {
        Mistake.replacing("${product.sku}", "${prodct.sku}").isReported(16, 23,
                "needs the unknown part 'prodct'; did you mean 'product'? (parts of the route: product, "
                        + "price)");
    }

    @Test
    void part_without_a_field_is_an_error() {
        Mistake.replacing("${product.sku}", "${product}").isReported(16, 23,
                "has ${product}, which is a part", "${product.FIELD}");
    }

    @Test
    void parameter_with_a_field_is_an_error() {
        Mistake.replacing("${product.sku}", "${id.sku}").isReported(16, 23,
                "has ${id.sku}, but 'id' is a parameter", "write ${id}");
    }

    @Test
    void part_that_needs_itself_is_an_error() {
        Mistake.replacing("${product.sku}", "${price.sku}").isReported(16, 15,
                "part 'price' of route '/products/{id}' needs itself", "fields of other parts");
    }

    @Test
    void circle_is_an_error_that_names_it() {
        new Mistake(parts("a: {from: d, path: '/${b.x}'}", "b: {from: d, path: '/${c.x}/${e.x}'}",
                "c: {from: d, path: '/${a.x}'}", "e: {from: d, path: /}"))
                .isReported(6, 26, "part 'a' of route '/r' needs itself in a circle: a → b → c → a",
                        "must do without");
    }

    @Test
    void each_circle_is_reported_once_and_the_way_to_it_is_not_part_of_it() {
        Mistake mistake = new Mistake(parts("z: {from: d, path: '/${a.x}'}", "a: {from: d, path: '/${b.x}'}",
                "b: {from: d, path: '/${a.x}'}",
                "m: {from: d, path: '/${n.x}'}", "n: {from: d, path: '/${m.x}'}"));

        assertEquals(List.of(7, 9), mistake.problems().stream().map(Problem::line).toList());
        mistake.isReportedAmongOthers(7, 26, "circle: a → b → a;");
        mistake.isReportedAmongOthers(9, 26, "circle: m → n → m;");
    }

    @Test
    void parts_may_need_one_another_in_any_order_without_a_circle() throws ConfigException {
        RouteConfig route = ConfigReader
                .read("routes.yaml",
                        parts("a: {from: d, path: '/${b.x}/${c.x}'}", "b: {from: d, path: '/${c.x.y}'}",
                                "c: {from: d, path: /}"))
                .routes().getFirst();

        assertEquals(List.of("b", "c"), List.copyOf(route.needs(route.part("a"))));
    }

    @Test
    void required_part_that_needs_an_optional_one_is_an_error() {
        Mistake.replacing("required: true", "required: false").and("budget: 300ms", "required: true")
                .isReported(16, 15,
                        "part 'price' of route '/products/{id}' is required but needs part 'product', "
                                + "which is optional",
                        "make 'product' required too, or 'price' optional");
    }

    @Test
    void budget_above_the_deadline_is_an_error() {
        Mistake.replacing("budget: 300ms", "budget: 801ms").isReported(17, 17,
                "'budget' of part 'price' of route '/products/{id}' is longer than the route's deadline "
                        + "of 800ms");
    }

    @Test
    void budget_equal_to_the_deadline_is_fine() throws ConfigException {
        assertEquals(new BudgetRule.Fixed(Duration.ofMillis(800)),
                ConfigReader.read("routes.yaml", Mistake.GOOD.replace("300ms", "800ms"))
                        .routes()
                        .getFirst()
                        .part("price")
                        .call()
                        .budget());
    }

    @Test
    void budget_is_not_compared_with_a_deadline_that_cannot_be_read() {
        Mistake.replacing("800ms", "800").and("300ms", "9min").isReported(8, 15,
                "must be a duration with a unit");
    }

    @Test
    void budget_has_bounds_and_a_unit() {
        Mistake.replacing("300ms", "0ms").isReported(17, 17, "between 1ms and 10min");
        Mistake.replacing("300ms", "300").isReported(17, 17, "write 300ms, 300s or 300min");
    }

    @Test
    void name_of_the_field_for_missing_parts_is_reserved() {
        Mistake.replacing("      price:", "      missing:").isReported(15, 9,
                "part 'missing' of route '/products/{id}' has a reserved name");
    }

    @Test
    void name_that_cannot_be_used_is_an_error() {
        Mistake.replacing("      price:", "      price.now:").isReported(14, 7,
                "part 'price.now' of route '/products/{id}' has a name that cannot be used");
        Mistake.replacing("      price:", "      " + "p".repeat(65) + ":").isReported(14, 7,
                "at most 64 letters");
    }

    private static String parts(String... parts) {
        StringBuilder text = new StringBuilder(
                "downstreams: {d: {url: demo:stock}}\nroutes:\n  - path: /r\n    deadline: 1s\n    parts:\n");
        for (String part : parts) text.append("      ").append(part).append('\n');
        return text.toString();
    }
}
