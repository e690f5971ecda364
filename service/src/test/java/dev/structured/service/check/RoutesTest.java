package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.structured.service.yaml.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RoutesTest {

    @ParameterizedTest
    @ValueSource(strings = {"/", "/products", "/v1.2/{a}/x_y/{b2}/~me", "/{only}", "/a/x{id}", "/{id}.json",
            "/v{id:integer}-x", "/{a:[a-z]{2,3}/?}/b", "/{a:uuid}/{b:number}/{c:boolean}", "/{a:\\{\\}}/b",
            "/a/{id:(de|en)(-[A-Z]{2})?}"})
    void usable_path_is_read(String path) throws ConfigException {
        assertEquals(path, ConfigReader.read("routes.yaml", routes(path)).routes().getFirst().path());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            products        | 0 | must begin with '/'
            /products/      | 10 | has an empty segment
            //products      | 1 | has an empty segment
            /a/../b         | 3 | has the dot segment '..'
            /./b            | 1 | has the dot segment '.'
            /a/${id}        | 3 | has '${id}'; a parameter of a route is written {id}, without '$'
            /a/x{id}é       | 3 | one parameter such as {id}, {id:integer} or {id}.json
            /a/{a}-{b}      | 3 | has two parameters in the segment '{a}-{b}'
            /a/{id:int}     | 7 | has the unknown type 'int' (types: boolean, integer, number, uuid;
            /a/{id:string}  | 7 | any text is {id}
            /a/{id:}        | 7 | has an empty pattern
            /a/{id:[a-z}    | 7 | has a '[' without a ']'
            /a/{id:[a-z}/b  | 7 | has a '[' without a ']'
            /a/x{id:^a+}.y  | 8 | a pattern is always about the whole value
            /a/{id:[a-z]*}  | 7 | has a pattern that an empty text fits too
            /{a:.+}/{a}     | 8 | has the parameter {a} twice
            /a/{id          | 3 | one parameter such as {id}
            /a/{}           | 3 | one parameter such as {id}
            /a/*            | 3 | one parameter such as {id}
            /a/<id>         | 3 | one parameter such as {id}
            /a/b%20c        | 3 | has the segment 'b%20c'
            /a?b=c          | 1 | has the segment 'a?b=c'
            /{id}/{id}      | 6 | has the parameter {id} twice
            """)
    void other_path_is_an_error_at_its_place(String path, int offset, String words) {
        new Mistake(routes(path)).isReported(3, offset == 0 ? 12 : 13 + offset,
                "'path' of route '" + path + "' ", words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0ms    | between 1ms and 10min; it is 0ms
            -1s    | a whole number with a unit
            601s   | between 1ms and 10min; it is 601s
            11min  | between 1ms and 10min; it is 11min
            800    | with a unit; write 800ms, 800s or 800min
            1h     | has the unknown unit 'h' (units: ms, s, min)
            """)
    void deadline_has_bounds(String deadline, String words) {
        Mistake.replacing("deadline: 800ms", "deadline: " + deadline)
                .isReported(8, 15, "'deadline' of route '/products/{id}' ", words);
    }

    @Test
    void routes_that_match_the_same_requests_are_an_error() {
        new Mistake(routes("/a/{id}", "/b", "/a/{name}")).isReported(5, 12,
                "matches the same requests as '/a/{id}' at line 3");
        new Mistake(routes("/a", "/a")).isReported(4, 12, "matches the same requests as '/a' at line 3");
    }

    @Test
    void narrower_route_must_come_first() throws ConfigException {
        new Mistake(routes("/a/{id}", "/a/latest")).isReported(4, 12,
                "'path' of route '/a/latest' can never be reached: '/a/{id}' at line 3 comes first",
                "put the narrower route first");

        assertEquals(2, ConfigReader.read("routes.yaml", routes("/a/latest", "/a/{id}")).routes().size());
    }

    @Test
    void routes_that_cross_are_an_error() {
        new Mistake(routes("/a/{x}", "/{y}/b")).isReported(4, 12, "is ambiguous with '/a/{x}' at line 3");
        new Mistake(routes("/{y}/b", "/a/{x}")).isReported(4, 12, "is ambiguous with '/{y}/b' at line 3");
        new Mistake(routes("/{y}/b/{z}/d", "/a/{x}/c/{w}")).isReported(4, 12, "is ambiguous with");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            /a/{id:integer} /a/{n:-?\\d+}
            /a/{id}.json /a/{name}.json
            /a/{id:(new)} /a/new
            """)
    void routes_whose_parameters_fit_the_same_are_an_error(String one, String other) {
        new Mistake(routes(one, other)).isReported(4, 12, "matches the same requests as '" + one + "'");
        new Mistake(routes(other, one)).isReported(4, 12, "matches the same requests as '" + other + "'");
    }

    /// Literals beat typed parameters, these beat parameters of any text: the file says so in its order.
    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            /a/{id:integer} /a/{id}
            /a/7 /a/{id:integer}
            /a/{id:[0-9]+} /a/{id:integer}
            /a/{id:integer} /a/{id:number}
            /a/{id:[0-9]{3}} /a/{id:integer}
            /a/{id}.json /a/{id}
            /a/data.json /a/{id}.json
            /a/{id:integer}.json /a/{id}.json
            /{x:integer}/b/{z} /{x}/b/{z}
            /a/{id:integer}/b /{y}/{id}/b
            """)
    void narrower_parameter_must_come_first(String narrow, String wide) throws ConfigException {
        assertEquals(2, ConfigReader.read("routes.yaml", routes(narrow, wide)).routes().size());
        new Mistake(routes(wide, narrow)).isReported(4, 12, "can never be reached: '" + wide
                + "' at line 3 comes first", "put the narrower route first");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', textBlock = """
            /a/{x:[a-m]+} /a/{x:[h-z]+}
            /a/{x}.json /a/data{x}
            /a/{x:integer}/{y} /a/{x}/{y:integer}
            /a/{x:integer} /{y}/7
            """)
    void parameters_that_cross_are_an_error(String one, String other) {
        new Mistake(routes(one, other)).isReported(4, 12, "is ambiguous with '" + one + "' at line 3");
        new Mistake(routes(other, one)).isReported(4, 12, "is ambiguous with '" + other + "' at line 3");
    }

    @Test
    void parameters_that_nothing_fits_together_are_fine() throws ConfigException {
        assertEquals(6, ConfigReader.read("routes.yaml", routes("/a/{x:[0-9]+}/{y}", "/a/{x:[a-z]+}/7",
                "/b/{x:uuid}", "/b/{x:integer}", "/b/{x}.json", "/b/top")).routes().size());
    }

    @Test
    void routes_that_differ_are_fine() throws ConfigException {
        assertEquals(4, ConfigReader.read("routes.yaml", routes("/a/{x}", "/b/{x}", "/a", "/a/{x}/c"))
                .routes().size());
    }

    @Test
    void broken_path_is_not_compared_with_others() {
        new Mistake(routes("/a/*", "/")).isReported(3, 16, "one parameter such as {id}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [a, b, a]      | 30 | is 'a' a second time
            [a b]          | 24 | must be the plain name of a query parameter
            ['a&b']        | 24 | must be the plain name of a query parameter
            ['a=b']        | 24 | must be the plain name of a query parameter
            [é]            | 24 | must be the plain name of a query parameter
            [1]            | 24 | must be text; put it in quotes: "1"
            [[a]]          | 24 | must be a single value, not a list
            """)
    void list_of_query_parameters_is_checked(String list, int column, String words) {
        new Mistake("downstreams: {d: {url: demo:stock}}\nroutes:\n  - {path: /r, query: " + list
                + ", deadline: 1s, parts: {p: {from: d, path: /x}}}\n")
                .isReported(3, column, " of 'query' of route '/r' ", words);
    }

    /// Host and path of two routes, and what is wrong with the second one.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", textBlock = """
            a.example            | /x    | a.example           | /x      | matches the same requests as 'a.example/x' at line 3 for host a.example
            [a.example, b.test]  | /x    | [c.test, B.test]    | /x      | matches the same requests as 'a.example/x' at line 3 for host b.test
            '*.a.example'        | /{x}  | '*.A.example'       | /x      | can never be reached for host *.a.example: '*.a.example/{x}'
            a.example            | /{x}/b | a.example          | /a/{y}  | is ambiguous with 'a.example/{x}/b' at line 3 for host a.example
            a.example            | /x    | -                   | /x      | -
            -                    | /x    | a.example           | /x      | -
            '*.a.example'        | /{x}  | b.a.example         | /x      | -
            '*.a.example'        | /x    | a.example           | /x      | -
            '*.a.example'        | /x    | '*.b.a.example'     | /x      | -
            """)
    void routes_of_one_host_are_compared(String hosts, String path, String otherHosts, String otherPath,
            String words) throws ConfigException {
        String text = "downstreams: {d: {url: demo:stock}}\nroutes:\n" + onHosts(hosts, path)
                + onHosts(otherHosts, otherPath);

        if (words == null) assertEquals(2, ConfigReader.read("routes.yaml", text).routes().size());
        else
            new Mistake(text).isReported(4, 12, words);
    }

    private static String onHosts(String hosts, String path) {
        return "  - {path: '" + path + "', "
                + (hosts == null ? "" : "hosts: " + hosts.replace("'", "\"") + ", ")
                + "deadline: 1s, parts: {p: {value: 1}}}\n";
    }

    @Test
    void proxy_of_one_host_covers_the_routes_of_that_host_only() throws ConfigException {
        String text = """
                downstreams: {d: {url: "http://h:1"}}
                routes:
                  - {path: /**, hosts: [a.example, b.example], deadline: 1s, proxy: {to: d}}
                  - {path: /x, hosts: [c.example, b.example], deadline: 1s, parts: {p: {value: 1}}}
                """;
        new Mistake(text).isReported(4, 12,
                "can never be reached for host b.example: 'a.example/**' at line 3");
        assertEquals(2, ConfigReader.read("r.yaml", text.replace("[c.example, b.example]", "c.example"))
                .routes().size());
        assertEquals(2, ConfigReader.read("r.yaml", text.replace("hosts: [c.example, b.example], ", ""))
                .routes().size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            §"*"                      | for all hosts, remove 'hosts'
            §"a.*.example"            | '*' stands for whole labels at the beginning
            §"*shop.example"          | '*' stands for whole labels at the beginning
            §"shop.example:8080"      | the port that a client names does not count
            §shop.example.            | without a dot at its end
            §https://shop.example     | without a scheme and a path
            §shop.example/x           | without a scheme and a path
            §bücher.example           | other letters as DNS has them, in xn-- labels
            §-a.example               | letters, digits, '-' and '_' between dots
            §a..example               | letters, digits, '-' and '_' between dots
            §[]                       | is empty
            [a.example, §A.Example]   | is 'A.Example' a second time; remove it
            """)
    void other_host_is_an_error_at_its_place(String hosts, String words) {
        Mistake.isReportedAtMark("downstreams: {d: {url: demo:stock}}\nroutes:\n  - {path: /, hosts: " + hosts
                + ", deadline: 1s, parts: {p: {value: 1}}}\n", words);
    }

    private static String routes(String... paths) {
        StringBuilder text = new StringBuilder("downstreams: {d: {url: demo:stock}}\nroutes:\n");
        for (String path : paths) {
            text.append("  - {path: '").append(path)
                    .append("', deadline: 1s, parts: {p: {from: d, path: /x}}}\n");
        }
        return text.toString();
    }

    /// The file is refused for its length; that it is looked through at all must not take long.
    @Test
    @Timeout(60)
    void thousands_of_routes_are_compared_with_those_that_they_can_meet() {
        StringBuilder text = new StringBuilder("downstreams: {d: {url: 'http://h:1'}}\nroutes:\n");
        for (int i = 0; i < 8_000; i++) {
            text.append("  - {path: '/shop/r").append(i)
                    .append("/{id}/x', deadline: 1s, parts: {v: {value: 1}}}\n");
        }
        text.append("  - {path: '/shop/r17/{other}/x', deadline: 1s, parts: {v: {value: 1}}}\n");
        text.append("  - {path: '/shop/{any}/7/x', deadline: 1s, parts: {v: {value: 1}}}\n");

        Mistake mistake = new Mistake(text.toString());
        mistake.isReportedAmongOthers(8_003, 12,
                "matches the same requests as '/shop/r17/{id}/x' at line 20");
        mistake.isReportedAmongOthers(8_004, 12, "is ambiguous with '/shop/r");
    }
}
