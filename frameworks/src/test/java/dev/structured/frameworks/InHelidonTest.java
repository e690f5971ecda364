package dev.structured.frameworks;

import dev.structured.core.Scheduler;
import io.helidon.webserver.WebServer;
import java.time.Duration;

class InHelidonTest extends PageContract {
    @Override
    Running start(Duration limit) {
        Scheduler scheduler = Scheduler.open();
        Shop shop = new Shop();
        WebServer server = new InHelidon(shop).start(0, scheduler, limit);
        return new Running() {
            @Override
            public int port() {
                return server.port();
            }

            @Override
            public Scheduler scheduler() {
                return scheduler;
            }

            @Override
            public Shop shop() {
                return shop;
            }

            @Override
            public void close() {
                server.stop();
                scheduler.close();
            }
        };
    }
}
