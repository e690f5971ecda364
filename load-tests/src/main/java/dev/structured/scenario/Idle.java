package dev.structured.scenario;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Thousands of clients that have asked once and now keep their connections: what do they cost, and do the
/// admin listener and other clients notice? Their number is limited by the descriptors of the two processes;
/// the service admits as many as half of its own, and closes the oldest ones to make room.
final class Idle implements Scenario {
    private static final int MOST = 20_000;
    /// What this process needs besides them.
    private static final int OTHER_DESCRIPTORS = 1_500;
    private static final int PER_ADDRESS = 2_000;
    private static final int AT_ONCE = 16;
    private static final int LOOKS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final double KILOBYTES = 16;
    private static final double TIMES = 1.5;
    private static final double BEARABLE_TIMES = 10;
    private static final String REQUEST = "GET /nothing HTTP/1.1\r\nHost: idle\r\n\r\n";

    /// What the service takes, and how quickly it answers.
    ///
    /// @param open the connections of its public listener
    /// @param heap bytes in use after a collection
    /// @param resident bytes of the process
    /// @param admin milliseconds of answers of the admin listener
    /// @param pages milliseconds of pages on connections of their own
    /// @param failed answers other than 200
    private record Look(double open, double heap, double resident, Times admin, Times pages,
            int failed) {}

    /// The half of some answers, and all but a hundredth of them, came within so many milliseconds.
    private record Times(double half, double most) {
        static Times of(double[] all) {
            double[] sorted = all.clone();
            Arrays.sort(sorted);
            return new Times(at(sorted, 0.5), at(sorted, 0.99));
        }

        private static double at(double[] sorted, double share) {
            return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
        }
    }

    /// What was seen before the connections were opened, and with them.
    ///
    /// @param refused connections that were not answered
    record Result(int count, int refused, double seconds, Look before, Look with) {
        int unanswered() {
            return refused + before.failed + with.failed;
        }

        double open() {
            return with.open;
        }
    }

    @Override
    public String routes() {
        return "idle";
    }

    @Override
    public int rate() {
        return 1; // it sends no load
    }

    @Override
    public int seconds() {
        return 1;
    }

    @Override
    public Report run(Stage stage) throws Exception {
        return report(measure(stage, most(), LOOKS));
    }

    /// Returns how many connections this process can open.
    private static int most() {
        long descriptors = ManagementFactory
                .getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                        ? unix.getMaxFileDescriptorCount()
                        : MOST;
        return Math.clamp(descriptors - OTHER_DESCRIPTORS, 100, MOST);
    }

    /// @param count how many connections are opened
    /// @param looks how often the admin listener and a page are asked for before and after that
    static Result measure(Stage stage, int count, int looks) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        Service service = stage.service();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            look(service, client, looks); // warms it up
            Look before = look(service, client, looks);
            long began = System.nanoTime();
            int refused = open(URI.create(service.url()), count, sockets);
            double seconds = (System.nanoTime() - began) / 1e9;
            return new Result(count, refused, seconds, before, look(service, client, looks));
        } finally {
            for (Socket each : sockets) each.close();
        }
    }

    /// Opens connections, a few at once, and asks once on each; returns how many were not answered.
    private static int open(URI address, int count, List<Socket> sockets) throws Exception {
        int refused = 0;
        try (ExecutorService openers = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Socket>> opened = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                opened.add(openers.submit(() -> asked(address, number)));
            }
            for (Future<Socket> each : opened) {
                try {
                    sockets.add(each.get());
                } catch (ExecutionException e) {
                    refused++;
                }
            }
        }
        return refused;
    }

    /// Returns a connection that was used once.
    private static Socket asked(URI address, int number) throws IOException {
        Socket socket = new Socket();
        try {
            int host = 2 + number / PER_ADDRESS;
            InetAddress own = InetAddress.getByAddress(new byte[]{127, 0, 0, (byte) host});
            socket.bind(new InetSocketAddress(own, 0));
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.connect(new InetSocketAddress(address.getHost(), address.getPort()),
                    (int) PATIENCE.toMillis());
            socket.getOutputStream().write(REQUEST.getBytes(US_ASCII));
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[4_096];
            int read = in.read(answer);
            if (read < 12 || !new String(answer, 9, 3, US_ASCII).equals("404"))
                throw new IOException("It is not answered");
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Look look(Service service, HttpClient client, int count) throws Exception {
        Leftovers now = Leftovers.of(service, client);
        double[] admin = new double[count];
        double[] pages = new double[count];
        int failed = 0;
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            if (status(client, service.admin() + "/metrics") != 200) failed++;
            admin[i] = (System.nanoTime() - began) / 1e6;
            began = System.nanoTime();
            // A client of its own has a connection of its own.
            try (HttpClient other = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
                if (status(other, service.url() + "/even-idle/1/" + i) != 200) failed++;
            }
            pages[i] = (System.nanoTime() - began) / 1e6;
        }
        return new Look(now.metrics().sum("structured_connections_open", "listener=\"public\""), now.heap(),
                resident(service.pid()), Times.of(admin), Times.of(pages), failed);
    }

    private static int status(HttpClient client, String url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /// Returns the bytes of memory that a process holds; 0 where the system does not tell.
    private static double resident(long pid) throws IOException {
        Path status = Path.of("/proc/" + pid + "/status");
        if (!Files.exists(status)) return 0;
        return Files.readAllLines(status).stream().filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", "")) * 1024).sum();
    }

    private static Report report(Result result) {
        Look before = result.before;
        Look with = result.with;
        Report report = new Report(Report.format("Idle: %d clients ask once and stay, opened in %.0f s. "
                + "Milliseconds of %d answers each.", result.count, result.seconds, LOOKS), "", "open",
                "heap MB", "RSS MB",
                "admin p50", "p99", "page p50", "p99");
        row(report, "before", before);
        row(report, "with them", with);
        double more = with.open - before.open;
        double each = (with.heap - before.heap) / more / 1e3;
        report.row(Report.format("each: heap %.1f KB, RSS %.1f KB", each,
                (with.resident - before.resident) / more / 1e3));
        report.goal(Report.format("%d requests were not answered", result.unanswered()),
                result.unanswered() == 0, false);
        report.goal(Report.format("heap of a connection %.1f KB; goal %.0f", each, KILOBYTES),
                each <= KILOBYTES, false);
        double times = with.admin.half / before.admin.half;
        report.goal(Report.format("admin p50 %.2f times as long; goal %.1f", times, TIMES), times <= TIMES,
                times <= BEARABLE_TIMES);
        return report;
    }

    private static void row(Report report, String name, Look look) {
        report.row(name, Report.format("%.0f", look.open), Report.format("%.1f", look.heap / 1e6),
                Report.format("%.1f", look.resident / 1e6), Report.format("%.1f", look.admin.half),
                Report.format("%.1f", look.admin.most), Report.format("%.1f", look.pages.half),
                Report.format("%.1f", look.pages.most));
    }
}
