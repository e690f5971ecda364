package dev.structured.service.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.github.luben.zstd.Zstd;
import dev.structured.service.aggregate.DownstreamException;
import dev.structured.service.aggregate.ErrorType;
import dev.structured.service.config.Encoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BodyDecoderTest {
    private static final byte[] BODY = "{}".getBytes(UTF_8);

    /// Decodes twice what is given as hexadecimal digits, and prints how each ends.
    static final class Program {
        public static void main(String... arguments) {
            for (int i = 0; i < 2; i++) {
                try {
                    byte[] body = HexFormat.of().parseHex(arguments[0]);
                    System.out.println(new String(BodyDecoder.decode(body, Encoding.ZSTD,
                            new DecodedBody(100, _ -> true)), UTF_8));
                } catch (DownstreamException e) {
                    System.out.println(e.type());
                }
            }
        }
    }

    @Test
    void library_that_cannot_be_loaded_fails_the_call_and_not_the_program(@TempDir Path folder)
            throws IOException {
        assertEquals("{}\n{}\n", outputWith(folder));
        assertEquals(ErrorType.CONTENT_CODING + "\n" + ErrorType.CONTENT_CODING + "\n",
                outputWith(folder.resolve("missing")));
    }

    private static String outputWith(Path temporary) throws IOException {
        Process process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), "-Djava.io.tmpdir=" + temporary,
                Program.class.getName(), HexFormat.of().formatHex(Zstd.compress(BODY)))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }
}
