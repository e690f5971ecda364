package dev.structured.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// Issues one token, and tells its key (RFC 7517) to those who ask.
final class DemoIssuer implements AutoCloseable {
    private static final int COORDINATE_BYTES = 32;
    private static final long VALID_SECONDS = TimeUnit.DAYS.toSeconds(1);

    private final KeyPair keys;
    private final HttpServer server;

    private DemoIssuer(KeyPair keys, HttpServer server) {
        this.keys = keys;
        this.server = server;
    }

    static DemoIssuer start() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair keys = generator.generateKeyPair();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        byte[] body = keySet((ECPublicKey) keys.getPublic()).getBytes(UTF_8);
        server.createContext("/keys", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return new DemoIssuer(keys, server);
    }

    /// Returns its address, as `http://address:port`.
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// Returns a token for the audience `page`, valid for a day.
    String token() {
        long now = System.currentTimeMillis() / 1_000;
        String signed = base64("{\"alg\":\"ES256\",\"kid\":\"1\"}".getBytes(UTF_8)) + "."
                + base64(("{\"iss\":\"https://issuer.example\",\"aud\":\"page\",\"sub\":\"ann\",\"exp\":"
                        + (now + VALID_SECONDS) + "}").getBytes(UTF_8));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(keys.getPrivate());
            signature.update(signed.getBytes(UTF_8));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK does not sign by ES256", e);
        }
    }

    private static String keySet(ECPublicKey key) {
        return "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"use\":\"sig\",\"kid\":\"1\""
                + ",\"x\":\""
                + coordinate(key.getW().getAffineX()) + "\",\"y\":\"" + coordinate(key.getW().getAffineY())
                + "\"}]}";
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = new byte[COORDINATE_BYTES];
        for (int i = 0; i < COORDINATE_BYTES; i++)
            bytes[i] = value.shiftRight(8 * (COORDINATE_BYTES - 1 - i)).byteValue();
        return base64(bytes);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
