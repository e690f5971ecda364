package dev.structured.service.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.structured.service.tls.TestCa;
import dev.structured.service.yaml.ConfigException;
import dev.structured.service.yaml.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Certificates, keys and versions of HTTP that a file asks for are tried before it is called good.
class TlsCheckTest {
    @TempDir
    private Path temp;

    @BeforeEach
    void files() throws Exception {
        TestCa ca = new TestCa("authority");
        ca.issue("127.0.0.1").write(temp, "own");
        ca.issue("127.0.0.1").write(temp, "other");
        String certificate = Files.readString(temp.resolve("own.pem"));
        String key = Files.readString(temp.resolve("own.key"));
        Files.writeString(temp.resolve("both.pem"), certificate + key);
        Files.writeString(temp.resolve("turned.pem"), "-----BEGIN EC PARAMETERS-----\nAA==\n"
                + "-----END EC PARAMETERS-----\n" + key + certificate);
        Files.writeString(temp.resolve("empty"), "");
        Files.writeString(temp.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nAA==\n");
        Files.writeString(temp.resolve("locked.key"), "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n");
        Files.writeString(temp.resolve("broken.key"),
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    }

    private List<Problem> problems(String downstream, String server) {
        try {
            ConfigReader.read("test.yaml", """
                    downstreams: {d: {url: "https://127.0.0.1:1"%s}}
                    routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /}}}]
                    server: {%s}
                    """.formatted(downstream, server).replace("@", temp + "/"));
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `` | ``
            `` | tls: {certificate: @own.pem, key: @own.key}
            `` | tls: {certificate: @own.pem, key: @own.key, clientCa: @other.pem}
            `` | tls: {certificate: @own.pem, key: @own.key, clientCa: @other.pem, clientCertificate: optional}
            `` | tls: {certificate: @own.pem, key: @own.key}, http2: {offered: never}
            `` | tls: {certificate: @own.pem, key: @own.key}, http2: {maxStreams: 10, maxResets: 50}
            `` | tls: {certificate: @both.pem, key: @both.pem, clientCa: @turned.pem}
            , tls: {ca: @both.pem, certificate: @turned.pem, key: @turned.pem} | ``
            `` | http2: {offered: always, maxControlFrames: 10}, halfClose: waiting
            , tls: {ca: @own.pem, certificate: @own.pem, key: @own.key} | ``
            """)
    void what_can_be_used_is_good(String downstream, String server) {
        assertEquals(List.of(), problems(downstream, server));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            tls: {certificate: @own.pem}                    | has no 'key'; add 'key: FILE.pem'
            tls: {certificate: @none.pem, key: @own.key}    | which is not there; correct the path
            tls: {certificate: @empty, key: @own.key}       | 'certificate' .* has no certificate that can be read
            tls: {certificate: @other.key, key: @own.key}   | 'certificate' .* has no certificate that can be read
            tls: {certificate: @own.pem, key: @own.pem}     | 'key' .* has no private key
            tls: {certificate: @own.pem, key: @other.key}   | 'key' .* is not the one of the certificate
            tls: {certificate: @own.pem, key: @old.key}     | openssl pkcs8 -topk8 -nocrypt
            tls: {certificate: @own.pem, key: @locked.key}  | has an encrypted key
            tls: {certificate: @own.pem, key: @broken.key}  | broken or of an unknown algorithm
            tls: {certificate: @own.pem, key: @own.key, clientCa: @empty}               | 'clientCa' .* has no certificate
            tls: {certificate: @own.pem, key: @own.key, clientCertificate: optional}    | without 'clientCa' no client is asked
            tls: {certificate: @own.pem, key: @own.key}, http2: {offered: always}       | answers nobody without TLS
            http2: {maxStreams: 10}                         | 'maxStreams' .* has no effect
            http2: {offered: never, maxResets: 10}          | 'maxResets' .* has no effect
            """)
    void what_cannot_be_used_is_told_where_it_stands(String server, String words) {
        List<Problem> problems = problems("", server);
        assertEquals(1, problems.size(), problems::toString);
        String message = problems.getFirst().message();
        assertTrue(message.matches("(?s).*" + words + ".*"), message);
        assertEquals(3, problems.getFirst().line());
    }

    @Test
    void files_of_a_downstream_are_tried_too() {
        List<Problem> problems = problems(", tls: {certificate: @own.pem, key: @other.key}", "");
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.getFirst().message().contains("is not the one of the certificate"));
        assertEquals(1, problems.getFirst().line());
    }

    private List<String> warnings(String... lines) throws Exception {
        Path file = Files.writeString(temp.resolve("routes.yaml"),
                String.join("\n", lines).replace("@", temp + "/"));
        return ConfigReader.read(file, Map.of()).warnings().stream()
                .map(each -> each.replace(temp + "/", "@")).toList();
    }

    @Test
    void what_can_be_used_but_has_expired_is_warned_of_where_it_stands() throws Exception {
        Instant past = Instant.parse("2026-01-31T12:00:00Z");
        TestCa old = new TestCa("old authority", past.minus(Duration.ofDays(90)), past);
        old.own.write(temp, "ca");
        old.issue(past.minus(Duration.ofDays(90)), past, "127.0.0.1").write(temp, "old");
        String file = """
                downstreams:
                  d:
                    url: https://127.0.0.1:1
                    tls:
                      ca: @ca.pem
                      certificate: @old.pem
                      key: @old.key
                routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /}}}]
                server:
                  tls:
                    certificate: @old.pem
                    key: @old.key
                    clientCa: @own.pem
                """;
        assertEquals(List.of(
                "@routes.yaml:5:11: warning: 'ca' of 'tls' of downstream 'd' names @ca.pem, which has only "
                        + "certificates that have expired, the last one at 2026-01-31T12:00:00Z; add the "
                        + "present one of the authority",
                "@routes.yaml:6:20: warning: 'certificate' of 'tls' of downstream 'd' names @old.pem, which "
                        + "expired at 2026-01-31T12:00:00Z, so the other side refuses it; write a new "
                        + "certificate to the file",
                "@routes.yaml:11:18: warning: 'certificate' of 'tls' of 'server' of the configuration names "
                        + "@old.pem, which expired at 2026-01-31T12:00:00Z, so the other side refuses it; "
                        + "write a new certificate to the file"),
                warnings(file));
        assertEquals(List.of(), problems("", "tls: {certificate: @old.pem, key: @old.key}"));
    }

    @Test
    void what_is_valid_is_not_warned_of() throws Exception {
        assertEquals(List.of(), warnings(
                "downstreams: {d: {url: https://127.0.0.1:1, tls: {ca: @own.pem}}}",
                "routes: [{path: /r, deadline: 1s, parts: {p: {from: d, path: /}}}]",
                "server: {tls: {certificate: @own.pem, key: @own.key}}"));
    }

    @Test
    void mistakes_are_told_without_the_warnings() throws Exception {
        Instant past = Instant.parse("2026-01-31T12:00:00Z");
        new TestCa("any").issue(past.minus(Duration.ofDays(90)), past, "127.0.0.1").write(temp, "old");
        List<Problem> problems = problems("", "maxBody: 1B, tls: {certificate: @old.pem, key: @old.key}");
        assertEquals(1, problems.size(), problems::toString);
        assertTrue(problems.getFirst().message().contains("'maxBody'"), problems::toString);
    }
}
