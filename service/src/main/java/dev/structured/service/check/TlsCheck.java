package dev.structured.service.check;

import dev.structured.service.config.Http2Config;
import dev.structured.service.config.ServerConfig;
import dev.structured.service.config.ServerTlsConfig;
import dev.structured.service.config.TlsConfig;
import dev.structured.service.tls.PemException;
import dev.structured.service.tls.Remark;
import dev.structured.service.tls.TlsFiles;
import dev.structured.service.yaml.SourceMap;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;

/// What must hold for certificates and keys, and for the versions of HTTP of the public listener.
record TlsCheck(SourceMap places) {

    void check(TlsConfig tls) {
        if (places.has(tls, "certificate") != places.has(tls, "key")) {
            places.report(tls, places.has(tls, "key") ? "key" : "certificate",
                    "needs both 'certificate' and 'key', or neither");
        } else if (places.isSound(tls, "ca", "certificate", "key")) {
            checkFiles(tls, "ca", tls.files());
        }
    }

    void check(ServerConfig server) {
        ServerTlsConfig tls = server.tls();
        if (tls != null && places.isSound(tls)) check(tls);
        if (places.isSound(server, "tls", "http2")) check(server.http2(), tls != null);
    }

    private void check(ServerTlsConfig tls) {
        if (places.isSound(tls, "clientCa", "certificate", "key")) checkFiles(tls, "clientCa", tls.files());
        if (tls.clientCa() != null || !places.has(tls, "clientCertificate")) return;
        places.report(tls, "clientCertificate", "has no effect: without 'clientCa' no client is asked for a "
                + "certificate; add 'clientCa', or remove it");
    }

    /// Reads the files, as they are read when they are used. Dates of certificates are warned of: a file that
    /// was good yesterday must not keep the service from starting.
    private void checkFiles(Record tls, String caKey, TlsFiles files) {
        try {
            for (Remark each : files.load().remarks()) {
                places.of(tls, key(caKey, files, each.file())).warn("names " + each.file() + ", which "
                        + each.text());
            }
        } catch (PemException e) {
            places.report(tls, key(caKey, files, e.file()), "names " + e.file() + ", which " + e.complaint());
        } catch (GeneralSecurityException e) {
            places.report(tls, "certificate", "names files that cannot be used: " + e.getMessage());
        }
    }

    private static String key(String caKey, TlsFiles files, Path file) {
        return file.equals(files.key()) ? "key" : file.equals(files.ca()) ? caKey : "certificate";
    }

    private void check(Http2Config http2, boolean hasTls) {
        if (!places.isSound(http2, "offered")) return;
        if (hasTls && http2.offered() == Http2Config.Offered.ALWAYS) {
            places.report(http2, "offered", "is 'always', but with 'tls' the listener answers nobody without "
                    + "TLS; write 'offered: tls', or remove it");
            return;
        }
        boolean isOff = http2.offered() == Http2Config.Offered.NEVER
                || (http2.offered() == Http2Config.Offered.TLS && !hasTls);
        for (String key : List.of("maxStreams", "maxResets", "maxControlFrames")) {
            if (!isOff || !places.has(http2, key)) continue;
            places.report(http2, key, "has no effect: nobody can use HTTP/2 here; add 'tls', write "
                    + "'offered: always', or remove it");
            return;
        }
    }
}
