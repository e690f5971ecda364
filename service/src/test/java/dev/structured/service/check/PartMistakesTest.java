package dev.structured.service.check;

import dev.structured.service.yaml.ConfigException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What must hold between the keys of a part. `§` marks where the mistake is reported.
final class PartMistakesTest {
    private static final String BEFORE = """
            downstreams:
              d: {url: demo:stock}
              again: {url: demo:stock, retry: {}}
              twice: {url: demo:stock, hedge: p95}
              both: {url: demo:stock, retry: {}, hedge: p95}
              kept: {url: demo:stock, cache: {staleFor: 1min}}
              fresh: {url: demo:stock, cache: {freshFor: 1min}}
            routes:
              - path: /r/{id}
                method: POST
                deadline: 1s
                params: {lang: string}
                requestHeaders: [x-tenant]
                query: [chaos]
                body: {}
                parts:
                  user: {from: d, path: /user}
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            §{path: /}                              | has no 'from'
            §{from: d}                              | has no 'path'; add e.g.
            {from: d, path: /, value: §1}           | cannot stand beside 'from'
            {value: 1, path: §/}                    | is for a part that is asked for, but this one is a fixed 'value'
            {value: 1, onFailure: §null}            | is for a part that is asked for
            {value: [], budget: §1ms}               | is for a part that is asked for
            {value: null, each: §"${user.x}"}       | is for a part that is asked for
            {from: §f, path: /}                     | names the unknown downstream 'f' (known: d, again
            {from: §agian, path: /}                 | did you mean 'again'?
            §5                                      | must be a mapping
            """)
    void part_is_asked_for_or_fixed(String part, String words) {
        assertReported(part, words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {from: d, path: /, body: §{a: 1}}                    | has no place in a GET, which has no body; write 'method: POST'
            {from: d, path: /, method: DELETE, body: §{a: 1}}    | has no place in a DELETE
            {from: d, path: /, idempotencyKey: §"${request.id}"} | is of no use: a GET may be sent twice
            {from: d, path: /, method: PUT, idempotencyKey: §x}  | is of no use: a PUT may be sent twice
            {from: again, path: /, method: §POST}                | is a POST, which must not be sent twice, but downstream 'again' has 'retry'; add an 'idempotencyKey'
            {from: twice, path: /, method: §PATCH}               | is a PATCH, which must not be sent twice, but downstream 'twice' has 'hedge'
            {from: both, path: /, method: §POST}                 | write 'retry: false' and 'hedge: false' in the part
            {from: both, path: /, method: §POST, retry: false}   | has 'hedge'; add an 'idempotencyKey' if the downstream heeds one, else write 'hedge: false' in the part
            """)
    void method_says_what_may_be_sent_and_how_often(String part, String words) {
        assertReported(part, words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {from: d, path: /, headers: {§Connection: x}}         | has 'connection', which belongs to one connection
            {from: d, path: /, headers: {§proxy-authorization: x}} | which belongs to one connection
            {from: d, path: /, headers: {§host: x}}               | which the downstream's 'url' decides
            {from: d, path: /, headers: {§content-length: x}}     | which the service sets itself
            {from: d, path: /, headers: {§x-request-id: x}}       | which the service sets itself, to the request's id
            {from: d, path: /, headers: {§idempotency-key: x}}    | write 'idempotencyKey' in the part instead
            {from: d, path: /, headers: {§grpc-timeout: 1m}}      | write 'deadlineHeaders' in the downstream instead
            {from: d, path: /, requestHeaders: [a, §TE]}          | has 'te', which belongs to one connection
            {from: d, path: /, requestHeaders: [§expect]}         | has 'expect', which the service sets itself
            {from: d, path: /, responseHeaders: [§content-type]}  | which tells of the downstream's body, not of the page
            {from: d, path: /, responseHeaders: [§Cache-Control]} | which the service makes itself
            {from: d, path: /, responseHeaders: [§Trailer]}       | which belongs to one connection
            {from: d, path: /, responseHeaders: [§Set-Cookie]}    | which is for one client
            {from: d, path: /, responseHeaders: §[x-a], each: "${user.x}"} | cannot stand beside 'each'
            """)
    void headers_that_are_not_the_files_business_are_errors(String part, String words) {
        assertReported(part, words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {from: d, path: "/§${idd}"}                           | has the unknown parameter ${idd}; did you mean 'id'?
            {from: d, path: "/§${chaos}"}                         | 'query' only passes it on; add 'chaos: string' to 'params'
            {from: d, path: "/§${lnag}"}                          | did you mean 'lang'? (the route's path '/r/{id}' has: id) ('params': lang)
            {from: d, path: "/§${user}"}                          | has ${user}, which is a part; name a field of it: ${user.FIELD}
            {from: d, path: /, query: {q: "a§${user}"}}           | has ${user}, which is a part
            {from: d, path: /, headers: {h: §"${user}"}}          | has ${user}, which is a part
            {from: d, path: "/§${lang.x}"}                        | 'lang' is a parameter of the query and has no fields; write ${lang}
            {from: d, path: "/§${usr.id}"}                        | needs the unknown part 'usr'; did you mean 'user'? (parts of the route: user, p)
            {from: d, path: "/§${bdy.id}"}                        | did you mean 'body'?
            {from: d, path: "/§${query.q}"}                       | a parameter of the path, or one of 'params', is written by its name alone: ${q}
            {from: d, path: /, when: §"${usr}"}                   | needs the unknown part 'usr'; did you mean 'user'?
            {from: d, path: /, when: ["${user.a}", §"${langg}"]}  | did you mean 'lang'?
            {from: d, path: /, method: POST, body: {a: [1, §"${usr}"]}}   | needs the unknown part 'usr'
            {from: d, path: "/§${item.id}"}                       | has ${item}, but the part has no 'each'
            {from: d, path: /, each: §[1, 2]}                     | 'each' of part 'p' of route '/r/{id}' must be a single value, not a list
            {from: d, path: /, each: §"${item.x}"}                | has ${item}, which is not known yet: 'each' is looked at once
            {from: d, path: /, each: "${user.x}", when: §"${item.a}"} | has ${item}, which is not known yet: 'when'
            {from: d, path: "/§${body}"}                          | has ${body}, which is an object; name a field
            {from: d, path: "/§${header}"}                        | name one header of the client
            {from: d, path: "/§${header.x-tennant}"}              | 'x-tennant' is none of the headers that are taken in; add it to 'requestHeaders' of the route or of the part; did you mean 'x-tenant'?
            {from: d, path: "/§${header.X-Tenant}"}               | write it in lower case: ${header.x-tenant}
            {from: d, path: "/§${request.ip}"}                    | has the unknown ${request.ip} (known: ${request.id})
            {from: d, path: /, needs: [user, §usr]}               | names the unknown part 'usr'; did you mean 'user'?
            """)
    void variable_means_something_that_fits_its_place(String part, String words) {
        assertReported(part, words);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{from: d, path: '/${id}/${lang}/${user.id}/${body.a}/${header.x-tenant}/${request.id}'}",
            "{from: d, path: '/${item}', each: '${user}', when: '${user}'}",
            "{from: d, path: '/${item.id}', each: '${body}', atOnce: 2, atMost: 3, onElementFailure: omit}",
            "{from: both, path: /, method: POST, body: '${body}', idempotencyKey: '${id}'}",
            "{from: both, path: /, method: POST, body: {u: '${user}'}, retry: false, hedge: false}",
            "{from: d, path: /, requestHeaders: [x-other], headers: {a: "
                    + "'${header.x-other}${header.x-tenant}'}}",
            "{from: kept, path: /, onFailure: stale}",
            "{from: d, path: /, required: true, onFailure: fail, statuses: {409: 409}}",
            "{from: d, path: /, onFailure: fallback, fallback: null}",
            "{from: d, path: /, merge: true, allow: [a.b, c], rename: {a: x, c: a}}",
            "{from: d, path: /, group: g, as: user}", "{value: {a: 1}, merge: true}",
            "{from: d, path: /, merge: true, allow: [a], group: g, onFailure: fallback, fallback: {a: 1}}",
            "{from: d, path: /, show: false, method: POST}",
            "{from: d, path: /, budget: 100%, minBudget: 1s}",
            "{from: d, path: /, budget: remaining - 999ms, minBudget: 1ms}"})
    void what_belongs_together_is_read(String part) throws ConfigException {
        ConfigReader.read("routes.yaml", BEFORE + "      p: " + part + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {from: d, path: /, budget: §1001ms}                     | is longer than the route's deadline of 1000ms
            {from: d, path: /, budget: §remaining - 1s}             | leaves no time at all
            {from: d, path: /, minBudget: §2s}                      | is longer than the longest time that there can be, 1000ms by the route's deadline
            {from: d, path: /, budget: 10ms, minBudget: §11ms}      | 10ms by 'budget', so that the call would never be made
            {from: d, path: /, budget: 10%, minBudget: §101ms}      | 100ms by 'budget'
            {from: d, path: /, budget: remaining - 900ms, minBudget: §101ms} | 100ms by 'budget'
            """)
    void budget_stays_below_its_parent(String part, String words) {
        assertReported(part, words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {from: d, path: /, onFailure: §fallback}                  | needs the value that stands in
            {from: d, path: /, fallback: §1}                          | is never used; add 'onFailure: fallback'
            {from: d, path: /, required: true, onFailure: §omit}      | contradicts 'required: true'
            {from: d, path: /, required: true, onFailure: §null}      | contradicts 'required: true'
            {from: d, path: /, required: true, onFailure: §fallback, fallback: 1} | contradicts 'required: true'
            {from: d, path: /, required: false, onFailure: §fail}     | contradicts 'required: false'
            {from: d, path: /, onFailure: §stale}                     | needs downstream 'd' to keep answers; add e.g. 'cache: {staleFor: 10min}'
            {from: fresh, path: /, onFailure: §stale}                 | needs downstream 'fresh' to keep answers
            {from: kept, path: /, each: '${user.a}', onFailure: §stale} | is of no use with 'each': no answer stands for a whole list
            {from: kept, path: /, method: POST, onFailure: §stale}    | is of no use for a POST: only answers to GETs are kept
            {from: d, path: /, statuses: §{409: 409}}                 | is for a required part
            {from: d, path: /, required: true, statuses: {409: §200}} | must be between 400 and 599; it is 200
            {from: d, path: /, required: true, statuses: {§409: 426}} | which needs the header Upgrade: that belongs to one connection
            {from: d, path: /, required: true, statuses: {409: 409, §401: 407}} | which needs the header Proxy-Authenticate
            {from: d, path: /, onFailure: §fallbak, fallback: 1}      | must be one of fail, omit, null, fallback, stale; it is 'fallbak'; did you mean 'fallback'?
            {from: d, path: /, atOnce: §2}                            | is for a part with 'each'
            {from: d, path: /, atMost: §2}                            | is for a part with 'each'
            {from: d, path: /, onElementFailure: §omit}               | is for a part with 'each'
            """)
    void outcome_is_said_once_and_in_full(String part, String words) {
        assertReported(part, words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {from: d, path: /, allow: [a], deny: §[b]}                   | cannot stand beside 'allow'
            {from: d, path: /, allow: [name], rename: {§nme: x}}         | renames 'nme', which 'allow' leaves out; add it there, or remove it here; did you mean 'name'?
            {from: d, path: /, deny: [a], rename: {§a: x}}               | renames 'a', which 'deny' leaves out
            {from: d, path: /, rename: {a: x, §b: x}}                    | gives the name 'x' to both 'a' and 'b'
            {from: d, path: /, allow: [a, b], rename: {§a: b}}           | gives 'a' the name 'b', which a field in 'allow' has already
            {from: d, path: /, merge: §true}                             | needs 'allow': the fields that are put in the page
            {from: d, path: /, merge: true, allow: [a], as: §x}          | cannot stand beside 'merge'
            {from: d, path: /, merge: true, allow: [a], each: §"${user.x}"} | cannot stand beside 'merge', which needs an object, not a list
            {from: d, path: /, merge: true, allow: [a], flatten: §true}  | cannot stand beside 'merge'
            {value: 3, allow: §[a]}                                      | is for a part that is asked for
            {from: d, path: /, merge: true, allow: [a], onFailure: fallback, fallback: §3} | must be an object
            {from: d, path: /, merge: true, allow: [name], onFailure: fallback, fallback: {§nmae: 1}} | has the field 'nmae', which is none of those that the part puts in the page
            {value: §3, merge: true}                                     | must be an object, because its fields are merged
            {from: d, path: /, as: §a b}                                 | must begin with a letter and have at most 64 letters, digits
            {from: d, path: /, group: §9}                                | must be text; put it in quotes
            {from: d, path: /, group: §"9"}                              | must begin with a letter
            {from: d, path: /, method: POST, show: false, as: §x}        | cannot stand beside 'show: false'
            {from: d, path: /, method: POST, show: false, group: §x}     | cannot stand beside 'show: false'
            {from: d, path: /, method: POST, show: false, merge: §true, allow: [a]} | cannot stand beside 'show: false'
            {from: d, path: /, show: §false}                             | makes the part useless
            """)
    void shape_is_without_contradiction(String part, String words) {
        assertReported(part, words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {from: d, path: /, as: §user}                                | fills the page's field 'user', which part 'user' fills already; choose another name with 'as'
            {from: d, path: /, as: §missing}                             | fills the page's field 'missing', which the list of missing parts fills already
            {from: d, path: /, group: §user}                             | is put in group 'user', but part 'user' fills the page's field of this name
            {from: d, path: /, group: §missing}                          | but the list of missing parts fills the page's field of this name
            {from: d, path: /, merge: true, allow: [a, §user.id]}        | fills the page's field 'user', which part 'user' fills already; leave it out of 'allow', or give it a new name
            {from: d, path: /, merge: true, allow: [§a], rename: {a: missing}} | fills the page's field 'missing'
            """)
    void field_of_the_page_has_one_owner(String part, String words) {
        assertReported(part, words);
    }

    private static void assertReported(String part, String words) {
        Mistake.isReportedAtMark(BEFORE + "      p: " + part + "\n", words);
    }
}
