package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.structured.service.yaml.ConfigException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What must hold within a route, and between routes. `§` marks where the mistake is reported.
final class RouteMistakesTest {
    private static final String BEFORE = """
            downstreams: {d: {url: demo:stock}}
            routes:
              - {path: '/one/{id}', deadline: 1s, parts: {p: {from: d, path: /}}}
              - {path: /all, deadline: 1s, parts: {p: {from: d, path: /}}}
              - {path: '/search', deadline: 1s, params: {q: string}, parts: {p: {from: d, path: '/${q}'}}}
              - {path: /do, method: POST, deadline: 1s, parts: {p: {from: d, path: /}}}
              - {path: /many, method: POST, deadline: 1s, body: {}, batch: {route: '/one/{id}', items: \
            '${body.ids}'}}
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            id: {min: §5, max: 4}                              | is above 'max', so that no value is allowed: 5 > 4
            q: {min: §5, max: 4}                               | is above 'max'
            q: {type: boolean, max: §4}                        | has no meaning: boolean has no size
            id: {type: §array}                                 | must be string, integer, number or boolean, because the value is one segment of the path
            q: §object                                         | must be string, integer, number, boolean, or array for a parameter that is given several times; only fields of a 'body' can be objects
            q: {type: array, items: §array}                    | because each element is given in the URL
            q: {type: array, items: {type: §object}}           | because each element is given in the URL
            q: {items: §integer}                               | has no effect: string has no elements; remove it, or write 'type: array'
            q: {type: array, items: {type: integer, min: §5, max: 4}} | is above 'max', so that no value is allowed: 5 > 4
            q: {type: array, items: {type: boolean, max: §4}}  | has no meaning: boolean has no size
            q: {type: array, items: {type: integer, oneOf: [§a]}} | 'a' is no integer; remove it, or change the rule
            q: {type: array, max: 1, default: §[a, b]}         | is above the parameter's 'max' of 1
            q: {type: array, items: integer, default: §[1, a]} | has an element that is not of the parameter's type: "a" is no integer
            q: {type: array, default: §a}                      | is no array
            id: {required: §true}                              | a parameter of the path is always there
            id: {default: §a}                                  | a parameter of the path is always there
            q: {default: §1}                                   | is not of the parameter's type: 1 is no string; a default obeys the rules too
            q: {type: integer, default: §"1"}                  | is no integer
            q: {type: integer, default: §1.5}                  | 1.5 is no integer
            q: {type: number, default: §[]}                    | is no number
            q: {type: boolean, default: §0}                    | 0 is no boolean
            q: {type: integer, min: 3, default: §2}            | is below the parameter's 'min' of 3; it is 2
            q: {max: 3, default: §abcd}                        | is above the parameter's 'max' of 3
            q: {oneOf: [a, b], default: §c}                    | is not allowed by 'oneOf' (a, b)
            q: {type: integer, oneOf: [1, §b]}                 | 'b' is no integer; remove it, or change the rule
            q: {oneOf: §[]}                                    | is empty; it needs at least one value
            q: {type: array, items: {oneOf: §[]}}              | is empty; it needs at least one value
            q: {type: boolean, oneOf: [§maybe]}                | 'maybe' is no boolean
            q: {type: integer, max: 3, oneOf: [1, §4]}         | a value of 'oneOf' of parameter 'q' of route '/r/{id}' is above the parameter's 'max' of 3
            q: {required: true, default: §a}                   | is never used, because the parameter is required
            body: §string                                      | has a reserved name: ${body} means the request's body
            q: {§tpye: integer}                                 | unknown key 'tpye' in parameter 'q' of route '/r/{id}'; did you mean 'type'?
            """)
    void parameter_has_a_rule_that_can_be_kept(String params, String words) {
        Mistake.isReportedAtMark(BEFORE + "  - {path: '/r/{id}', deadline: 1s, params: {" + params
                + "}, parts: {p: {from: d, path: /}}}\n", words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"n: {type: §string}", "n: §boolean"})
    void parameter_has_the_type_that_its_path_says(String params) {
        Mistake.isReportedAtMark(BEFORE + "  - {path: '/r/{n:integer}', deadline: 1s, params: {" + params
                + "}, parts: {p: {from: d, path: /}}}\n",
                "but in the path the parameter is {n:integer}; write 'type: integer' here too");
    }

    @Test
    void parameter_with_a_type_in_the_path_has_that_type_everywhere() {
        Mistake.isReportedAtMark(BEFORE + "  - {path: '/r/{n:integer}', deadline: 1s, parts: {p: "
                + "{from: d, path: /, when: §'${n} == x'}}}\n", "it is declared as 'integer'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id: integer", "q: {type: integer, min: 1, max: 5, default: 3, oneOf: [1, 3]}",
            "q: {type: number, min: 0, default: 0.5}", "q: {type: boolean, default: false}",
            "q: array", "q: {type: array, items: {type: integer, min: 1}, min: 1, max: 3, default: [1, 2]}",
            "q: {max: 3, default: äöü, oneOf: [äöü, '']}", "id: {type: string, min: 2}, q: {required: true}"})
    void usable_parameter_is_read(String params) throws ConfigException {
        ConfigReader.read("routes.yaml", BEFORE + "  - {path: '/r/{id}', deadline: 1s, params: {" + params
                + "}, parts: {p: {from: d, path: /}}}\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {path: /r, deadline: 1s, body: §{}, parts: {p: {value: 1}}}                   | has no place in a route that answers GET
            {path: /r, deadline: 1s, method: DELETE, body: §{}, parts: {p: {value: 1}}}   | has no place in a route that answers DELETE
            {path: §/r, deadline: 1s}                                                     | has no 'parts'; add the parts of the page
            {path: /r, deadline: 1s, parts: §{}}                                          | is empty; it needs at least one part
            {path: /r, deadline: 1s, requestHeaders: [a, §Host], parts: {p: {from: d, path: /}}}  | has 'host', which the downstream's 'url' decides
            {path: §'/r/{item}', deadline: 1s, parts: {p: {value: 1}}}                    | has the parameter {item}, which has a reserved name: ${item} means the element
            {path: /r, deadline: 1s, parts: {missing: §{value: 1}}}                       | has a reserved name: the page's field 'missing'
            {path: /r, deadline: 1s, parts: {body: §{value: 1}}}                          | has a reserved name: ${body} means the request's body
            {path: /r, deadline: 1s, parts: {header: §{value: 1}}}                        | ${header} means the client's headers
            {path: /r, deadline: 1s, parts: {request: §{value: 1}}}                       | ${request} means the request itself
            {path: '/r/{id}', deadline: 1s, parts: {id: §{value: 1}}}                     | has the name of a parameter, so that ${id} could mean either
            {path: /r, deadline: 1s, params: {q: string}, parts: {q: §{value: 1}}}        | has the name of a parameter
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, responseHeaders: [x]}, b: {from: d, path: /, responseHeaders: [§X]}}} | has 'x', which the client gets of part 'a' already
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, needs: [§a]}}}         | needs itself
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, needs: [§b]}, b: {from: d, path: /, when: "${a}"}}} | needs itself in a circle: a → b → a
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, required: true, when: §"${b.x}"}, b: {from: d, path: /}}}   | is required but needs part 'b', which is optional
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, group: g}, b: {from: d, path: /, group: g, as: §a}}}  | fills field 'g.a', which part 'a' fills already
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, group: g}, g: §{value: 1}}}  | fills the page's field 'g', which group 'g' fills already
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, merge: true, allow: [x]}, b: {from: d, path: /, merge: true, allow: [y, §x]}}}  | fills the page's field 'x', which the merged part 'a' fills already
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, merge: true, allow: [x], rename: {x: b}}, b: §{value: 1}}}  | fills the page's field 'b', which the merged part 'a' fills already
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, merge: true, allow: [x], group: g}, b: {value: §{x: 1}, merge: true, group: g}}}  | fills field 'g.x', which the merged part 'a' fills already; remove it
            {path: /r, deadline: 1s, parts: {a: {from: d, path: '/${b.x}', required: true, needs: [c]}, b: {value: {x: 1}}, c: {from: d, path: /, required: true, headers: {h: §"${e.x}"}}, e: {value: {x: 1}, when: '${f}'}, f: {from: d, path: /}}} | part 'c' of route '/r' is required but needs part 'e', which is optional
            {path: /r, deadline: 1s, parts: {a: {value: 1}}, quorum: {two: {need: §2, of: [a]}}}  | can never be met: it asks for 2 of 1 parts
            {path: /r, deadline: 1s, parts: {alpha: {value: 1}}, quorum: {two: {need: 1, of: [§alhpa]}}}  | names the unknown part 'alhpa'; did you mean 'alpha'? (parts of the route: alpha)
            {path: /r, deadline: 1s, parts: {a: {from: d, path: /, required: true}}, quorum: {two: {need: 1, of: [§a]}}}  | has part 'a', which is required
            {path: /r, deadline: 1s, parts: {a: {value: 1}}, quorum: {two: §{of: [a]}}}  | quorum 'two' of route '/r' has no 'need'; add e.g. 'need: 2'
            """)
    void route_is_without_contradiction(String route, String words) {
        Mistake.isReportedAtMark(BEFORE + "  - " + route + "\n", words);
    }

    @Test
    void required_part_may_need_what_is_always_there() throws ConfigException {
        ConfigReader.read("routes.yaml", BEFORE + """
                  - path: /r
                    deadline: 1s
                    parts:
                      fixed: {value: {x: 1}}
                      other: {from: d, path: /, onFailure: fallback, fallback: {x: 2}}
                      must: {from: d, path: /, onFailure: fail}
                      a: {from: d, path: '/${fixed.x}/${other.x}/${must.x}', required: true}
                """);
    }

    @Test
    void hidden_part_may_be_there_for_others() throws ConfigException {
        ConfigReader.read("routes.yaml", BEFORE + """
                  - path: /r
                    deadline: 1s
                    parts:
                      a: {from: d, path: /, show: false}
                      b: {from: d, path: '/${a.x}', group: g}
                      c: {from: d, path: '/', group: g, as: a}
                """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            method: POST, body: {}, batch: {route: §'/oen/{id}', items: '${body.ids}'}    | names the unknown route '/oen/{id}'; did you mean '/one/{id}'? (routes that answer GET: /one/{id}, /all, /search)
            method: POST, body: {}, batch: {route: §/do, items: '${body.ids}'}            | must be a route that answers GET; '/do' does not
            method: POST, body: {}, batch: {route: §/many, items: '${body.ids}'}          | must be a route that answers GET; '/many' does not
            method: POST, body: {}, batch: {route: §/all, items: '${body.ids}'}           | must have a parameter in its path that the items fill
            method: POST, body: {}, batch: {route: '/one/{id}', items: §'${id}'}              | must be a list of the request's body
            method: POST, batch: §{route: '/one/{id}', items: '${body.ids}'}                  | is a batch and has no 'body'; add what the items must be
            method: §PUT, body: {}, batch: {route: '/one/{id}', items: '${body.ids}'}         | is a batch and must answer POST
            method: POST, body: {}, parts: §{p: {value: 1}}, batch: {route: '/one/{id}', items: '${body.ids}'} | cannot stand beside 'batch'
            method: POST, body: {}, batch: {route: §/search, items: '${body.ids}'}        | must have a parameter in its path
            method: POST, body: {}, batch: §{items: '${body.ids}'}                        | has no 'route'; add 'route: PATH'
            """)
    void batch_makes_pages_of_another_route(String keys, String words) {
        Mistake.isReportedAtMark(BEFORE + "  - {path: /r, deadline: 1s, " + keys + "}\n", words);
    }

    @Test
    void same_path_may_answer_several_methods() throws ConfigException {
        ConfigReader.read("routes.yaml",
                BEFORE + "  - {path: '/one/{key}', method: PUT, deadline: 1s, parts: {p: {value: 1}}}\n");
        Mistake.isReportedAtMark(
                BEFORE + "  - {path: §/do, method: POST, deadline: 1s, parts: {p: {value: 1}}}\n",
                "matches the same requests as '/do' at line 6");
    }

    @Test
    void ten_thousand_lines_are_read_in_time() {
        StringBuilder text = new StringBuilder("downstreams: {d: {url: demo:stock}}\nroutes:\n");
        for (int route = 0; route < 100; route++) {
            text.append("  - path: /r").append(route).append("\n    deadline: 1s\n    parts:\n");
            for (int part = 0; part < 100; part++) {
                text.append("      p").append(part).append(part == 0
                        ? ": {from: d, path: /}\n"
                        : ": {from: d, path: '/${p" + (part - 1) + ".x}', needs: [p0]}\n");
            }
        }
        assertTimeoutPreemptively(Duration.ofSeconds(60),
                () -> ConfigReader.read("routes.yaml", text.toString()));
    }
}
