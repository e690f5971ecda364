package dev.structured.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.check.ConfigReader;
import dev.structured.service.config.ServiceConfig;
import dev.structured.service.ops.AdminPolicy;
import dev.structured.service.server.ListenAddress;
import dev.structured.service.server.LogFormat;
import dev.structured.service.yaml.ConfigException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class GreetingTest {

    private static List<String> greeting(String host, ServiceConfig config) {
        var command = new Command.Serve(null, new ListenAddress(host, 0), new ListenAddress("127.0.0.1", 0),
                AdminPolicy.DEFAULT, LogFormat.TEXT);
        return Greeting.of(command, config, url -> URI.create("http://127.0.0.1:1"),
                new Service.Ports(81, 91));
    }

    @Test
    void demo_is_greeted_with_what_listens_where_and_three_curls() {
        assertEquals(List.of("Look at:  http://127.0.0.1:91/ui/",
                "Pages:    http://127.0.0.1:81  /products/{id}",
                "Admin:    http://127.0.0.1:91  /requests  /metrics  /tasks  /endpoints  /config  /log  /livez"
                        + "  /readyz",
                "Asks:     http://127.0.0.1:1  catalog (embedded)",
                "          http://127.0.0.1:1  pricing (embedded)",
                "          http://127.0.0.1:1  stock (embedded)",
                "          http://127.0.0.1:1  reviews (embedded)",
                "          http://127.0.0.1:1  recommendations (embedded)",
                "Try:      curl http://127.0.0.1:81/products/42",
                "          curl 'http://127.0.0.1:81/products/42?chaos=reviews:hang'",
                "          curl http://127.0.0.1:91/metrics",
                Greeting.LAST_LINE), greeting("127.0.0.1", ConfigReader.demo().config()));
    }

    @Test
    void curl_reaches_a_listener_on_all_addresses() {
        List<String> lines = greeting("0.0.0.0", ConfigReader.demo().config());
        assertTrue(lines.contains("Pages:    http://0.0.0.0:81  /products/{id}"), lines.toString());
        assertTrue(lines.contains("Try:      curl http://127.0.0.1:81/products/42"), lines.toString());
    }

    @Test
    void address_of_IPv6_stands_in_brackets() {
        List<String> lines = greeting("::1", ConfigReader.demo().config());
        assertTrue(lines.contains("Try:      curl http://[::1]:81/products/42"), lines.toString());
    }

    @Test
    void curls_have_what_the_route_needs_and_break_what_the_knob_knows() throws ConfigException {
        List<String> lines = greeting("127.0.0.1", ConfigReader.read("own.yaml", """
                downstreams: {shop: {url: "demo:catalog"}}
                routes:
                  - path: /orders
                    method: POST
                    deadline: 1s
                    parts: {a: {from: shop, path: /products/1}}
                  - path: /find
                    deadline: 1s
                    params: {q: {required: true, min: 2}, n: {type: integer, required: true}, r: string}
                    query: [chaos]
                    parts: {a: {from: shop, path: /products/1}}
                """));
        assertTrue(lines.contains("Pages:    http://127.0.0.1:81  POST /orders  /find"), lines.toString());
        assertTrue(lines.contains("Try:      curl 'http://127.0.0.1:81/find?q=aa&n=1'"), lines.toString());
        assertTrue(lines.contains("          curl 'http://127.0.0.1:81/find?q=aa&n=1&chaos=catalog:hang'"),
                lines.toString());
    }

    @Test
    void routes_that_do_not_pass_the_knob_on_get_no_curl_with_it() throws ConfigException {
        ServiceConfig own = ConfigReader.read("own.yaml", """
                downstreams:
                  users:
                    url: http://users.example:80
                routes:
                  - path: /users/{name}/{part}
                    deadline: 1s
                    parts:
                      user:
                        from: users
                        path: /${name}/${part}
                """);
        List<String> lines = greeting("127.0.0.1", own);
        assertTrue(lines.contains("Try:      curl http://127.0.0.1:81/users/42/42"), lines.toString());
        assertTrue(lines.contains("Asks:     http://127.0.0.1:1  users"), lines.toString());
        assertFalse(lines.toString().contains("chaos"), lines.toString());
    }
}
