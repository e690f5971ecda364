package dev.structured.frameworks;

import dev.structured.core.Scheduler;
import java.time.Duration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

class InSpringBootTest extends PageContract {
    @Override
    Running start(Duration limit) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(InSpringBoot.class)
                .web(WebApplicationType.SERVLET)
                .run("--server.port=0", "--server.address=127.0.0.1", "--spring.threads.virtual.enabled=true",
                        "--page.limit=" + limit.toMillis() + "ms", "--spring.main.banner-mode=off",
                        "--logging.level.root=warn");
        return new Running() {
            @Override
            public int port() {
                return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
            }

            @Override
            public Scheduler scheduler() {
                return context.getBean(Scheduler.class);
            }

            @Override
            public Shop shop() {
                return context.getBean(Shop.class);
            }

            @Override
            public void close() {
                context.close();
            }
        };
    }
}
