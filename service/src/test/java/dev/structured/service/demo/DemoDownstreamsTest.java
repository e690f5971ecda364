package dev.structured.service.demo;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.structured.core.CancelScope;
import dev.structured.core.Nursery;
import dev.structured.core.Scheduler;
import dev.structured.service.FreePort;
import dev.structured.service.aggregate.Call;
import dev.structured.service.aggregate.Downstream;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.aggregate.Reply;
import dev.structured.service.client.CallObserver;
import dev.structured.service.client.DownstreamText;
import dev.structured.service.client.HttpProtocol;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DemoDownstreamsTest {
    private interface Body {
        void run(DemoDownstreams demo, HttpProtocol http) throws Exception;
    }

    private static void with(Body body) {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                try (HttpProtocol http = HttpProtocol.open(nursery)) {
                    body.run(DemoDownstreams.start(nursery), http);
                }
                nursery.scope().cancel("the test is over");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    private static Downstream open(DemoDownstreams demo, HttpProtocol http, String name) {
        URI url = demo.url(name);
        return http.open(
                DownstreamText.read(name, "connectTimeout: 5s", "maxBody: 64KiB"), url, CallObserver.NONE);
    }

    private static Reply get(Downstream downstream, String path)
            throws DownstreamException, InterruptedException {
        return downstream.call(Call.get(path, path));
    }

    private static ValidatableResponse get(DemoDownstreams demo, String name, String path) {
        return given().urlEncodingEnabled(false).get(demo.url(name) + path).then();
    }

    @Test
    void every_product_has_all_five_parts() {
        with((demo, http) -> {
            Downstream catalog = open(demo, http, "catalog");
            Downstream pricing = open(demo, http, "pricing");
            List<String> byId = List.of("stock", "reviews", "recommendations");
            for (int id : new int[]{1, 42, 99}) {
                JsonNode product = get(catalog, "/products/" + id).body();
                assertEquals(id, product.path("id").asInt());
                assertEquals("SKU-%04d".formatted(id), product.path("sku").asText());
                JsonNode price = get(pricing, "/prices/" + product.path("sku").asText()).body();
                assertTrue(price.path("amount").decimalValue().signum() > 0);
                for (String name : byId) {
                    Reply reply = get(open(demo, http, name), "/" + name + "/" + id);
                    assertEquals(200, reply.status());
                    assertTrue(reply.body().size() > 0);
                }
            }
        });
    }

    @Test
    void answers_are_the_same_on_every_machine() {
        with((demo, _) -> {
            get(demo, "catalog", "/products/42").statusCode(200)
                    .contentType("application/json")
                    .body(equalTo(
                            "{\"id\":42,\"sku\":\"SKU-0042\",\"name\":\"Towel of a Seasoned Hitchhiker\","
                                    + "\"category\":\"garden\"}"));
            get(demo, "pricing", "/prices/SKU-0042")
                    .body(equalTo("{\"sku\":\"SKU-0042\",\"amount\":40.35,\"currency\":\"EUR\"}"));
            get(demo, "stock", "/stock/42")
                    .body(equalTo("{\"productId\":42,\"available\":14,\"warehouse\":\"Aarhus\"}"));
            get(demo, "reviews", "/reviews/42").body("stars", hasItems(3));
            get(demo, "recommendations", "/recommendations/42").body("id", equalTo(List.of(59, 76, 93)));
        });
    }

    @ParameterizedTest
    @CsvSource({"catalog,/products/100", "catalog,/products/0", "catalog,/products/x", "catalog,/products/",
            "catalog,/",
            "catalog,/prices/SKU-0042", "pricing,/prices/42", "pricing,/prices/SKU-9999", "stock,/stock/-1",
            "reviews,/reviews/1e1",
            "recommendations,/recommendations/99999999999"})
    void what_does_not_exist_is_404(String name, String path) {
        with((demo, _) -> get(demo, name, path).statusCode(404).body("message",
                containsString("there is no")));
    }

    @Test
    void every_downstream_tells_its_health_and_takes_only_get() {
        with((demo, _) -> {
            for (String name : DemoDownstreams.names()) {
                get(demo, name, "/health").statusCode(200).body("status", equalTo("UP"));
                given().post(demo.url(name) + "/products/1").then().statusCode(405);
            }
        });
    }

    @Test
    void users_have_orders_and_one_can_be_placed() {
        with((demo, _) -> {
            get(demo, "users", "/users/42").statusCode(200).body("tier", equalTo("gold"));
            get(demo, "users", "/users/100").statusCode(404);
            get(demo, "orders", "/orders?user=1&limit=1").body("total", equalTo(2)).body("items.size()",
                    equalTo(1));
            get(demo, "orders", "/orders?user=100").statusCode(404);
            given().body("{\"user\":1,\"productId\":42,\"quantity\":2}").post(demo.url("orders") + "/orders")
                    .then().statusCode(201).body("id", equalTo(14202)).body("status", equalTo("accepted"));
            given().body("{\"user\":1}").post(demo.url("orders") + "/orders").then().statusCode(422);
            given().body("{").post(demo.url("orders") + "/orders").then().statusCode(400);
        });
    }

    @Test
    void shops_offer_the_same_at_their_own_prices() {
        with((demo, _) -> {
            get(demo, "north", "/search?q=KETTLE").body("total", equalTo(1)).body("items.amount",
                    equalTo(List.of(10.85f)));
            get(demo, "east", "/search?q=kettle").body("items.amount", equalTo(List.of(12.15f)));
            get(demo, "south", "/search?q=lamp&limit=2").body("items.size()", equalTo(2));
            get(demo, "south", "/search").statusCode(400);
        });
    }

    @Test
    void standing_chaos_lasts_until_it_is_ended() {
        with((demo, _) -> {
            String knob = demo.url("stock") + "/chaos";
            given().body("503").put(knob).then().statusCode(200).body("chaos", equalTo("503"));
            get(demo, "stock", "/stock/42").statusCode(503);
            get(demo, "stock", "/health").statusCode(200);
            get(demo, "reviews", "/reviews/42").statusCode(200);
            given().body("sulk").put(knob).then().statusCode(400).body("message",
                    containsString("the kinds are"));
            get(demo, "stock", "/stock/42").statusCode(503);
            given().body("none").put(knob).then().statusCode(200);
            get(demo, "stock", "/stock/42").statusCode(200);
            given().post(knob).then().statusCode(405);
        });
    }

    @ParameterizedTest
    @CsvSource({"reset,RESET", "refuse,RESET", "badjson,INVALID_JSON", "huge,BODY_TOO_LARGE",
            "truncated,INCOMPLETE"})
    void chaos_breaks_the_answer_of_the_named_part_only(String kind, ErrorType type) {
        with((demo, http) -> {
            String chaos = "?chaos=reviews:" + kind;
            Downstream reviews = open(demo, http, "reviews");
            DownstreamException thrown = assertThrows(DownstreamException.class,
                    () -> get(reviews, "/reviews/42" + chaos));
            assertEquals(type, thrown.type());
            assertEquals(200, get(reviews, "/reviews/42").status());
            assertEquals(200, get(open(demo, http, "catalog"), "/products/42" + chaos).status());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"hang", "drip"})
    void chaos_keeps_the_named_part_waiting(String kind) {
        with((demo, http) -> {
            CancelScope patience = new CancelScope("patience").withTimeout(Duration.ofMillis(150));
            Downstream stock = open(demo, http, "stock");
            patience.run(() -> get(stock, "/stock/42?chaos=stock:" + kind));
            assertTrue(patience.absorbedCancellation());
        });
    }

    @Test
    void chaos_slows_the_named_part() {
        with((demo, http) -> {
            long began = System.nanoTime();
            assertEquals(200,
                    get(open(demo, http, "pricing"), "/prices/SKU-0042?chaos=price:slow=150").status());
            assertTrue(System.nanoTime() - began >= Duration.ofMillis(150).toNanos());
        });
    }

    @ParameterizedTest
    @CsvSource({"500", "503", "404", "429"})
    void chaos_answers_with_a_status(int status) {
        with((demo, _) -> get(demo, "stock", "/stock/42?chaos=stock:" + status).statusCode(status));
    }

    @Test
    void chaos_takes_several_entries_names_of_parts_and_of_downstreams() {
        with((demo, _) -> {
            get(demo, "catalog", "/products/1?chaos=stock:hang,product:503").statusCode(503);
            get(demo, "catalog", "/products/1?chaos=stock:hang&chaos=catalog:500").statusCode(500);
            get(demo, "pricing", "/prices/SKU-0001?chaos=pricing%3A404%2Cstock%3Ahang").statusCode(404);
            get(demo, "reviews", "/reviews/1?chaos=stock:hang,product:503").statusCode(200);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "revews:hang | the parts are product, price, stock, reviews, recommendations",
            "reviews:hagn | the kinds are hang", "reviews | PART:KIND", "reviews:slow=x | milliseconds",
            "reviews:slow=999999 | 60000",
            "reviews:200 | the kinds are", "reviews:hang, | PART:KIND", "'' | PART:KIND"})
    void chaos_that_is_not_understood_is_400_everywhere_and_says_why(String spec, String why) {
        with((demo, _) -> {
            for (String name : List.of("catalog", "reviews")) {
                get(demo, name, "/anything?chaos=" + spec).statusCode(400).body("message",
                        containsString(why));
            }
        });
    }

    @Test
    void one_downstream_can_run_on_its_own_at_a_given_address() throws Exception {
        int port = FreePort.any();
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                nursery.startSoon("demo", () -> DemoDownstreams.serve("stock", "127.0.0.1", port));
                while (!listens(port))
                    Thread.sleep(1);
                given().get("http://127.0.0.1:" + port + "/stock/1").then().statusCode(200);
                nursery.scope().cancel("done");
            }));
            assertEquals(0, scheduler.statistics().tasks());
        }
    }

    private static boolean listens(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void wrong_name_or_port_is_said_at_once() throws Exception {
        try (Scheduler scheduler = Scheduler.open()) {
            scheduler.run("test", () -> Nursery.run(nursery -> {
                DemoDownstreams one = DemoDownstreams.start(nursery, "reviews", "127.0.0.1", 0);
                assertThrows(IllegalArgumentException.class, () -> one.url("stock"));
                assertEquals(List.of("reviews"), List.copyOf(one.servers().keySet()));
                assertThrows(IllegalArgumentException.class,
                        () -> DemoDownstreams.start(nursery, "nobody", "127.0.0.1", 0));
                int taken = one.url("reviews").getPort();
                assertThrows(IOException.class, () -> DemoDownstreams.serve("stock", "127.0.0.1", taken));
                nursery.scope().cancel("done");
            }));
        }
    }
}
