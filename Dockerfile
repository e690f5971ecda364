# The service as a container: `docker build -t structured-service .`
# Built by a JDK and Maven, run by a JRE and nothing else; when it runs, it starts no shell.
#
# The bases are the newest images of Java 25 and of Maven 3.9, so that a build later has their security fixes. A build that
# must be repeatable names other images, by digest: see "In containers" in docs/service.md.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-25
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
# Tests and checks are what `mvn verify` is for.
ENV BUILD="mvn -q -B -pl service -am -Dmaven.test.skip=true -Dspotless.check.skip=true -Dcheckstyle.skip=true -Denforcer.skip=true package"
ENV MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
# Libraries and plug-ins first: a build of nearly nothing, so that they are a layer that stays until a POM changes.
COPY .mvn .mvn
COPY pom.xml ./
COPY structured-core/pom.xml structured-core/
COPY structured-testing/pom.xml structured-testing/
COPY service/pom.xml service/
COPY structured-errorprone/pom.xml structured-errorprone/
COPY load-tests/pom.xml load-tests/
RUN for module in structured-core structured-testing service; do \
        mkdir -p $module/src/main/java && \
        echo 'package dev.structured; class Empty {}' > $module/src/main/java/Empty.java; \
    done && $BUILD -Dexec.skip=true && rm -r */src */target
COPY structured-core/src/main structured-core/src/main
COPY structured-testing/src/main structured-testing/src/main
COPY service/src/main service/src/main
RUN $BUILD

# The archive of classes, made by the JVM that will use it.
FROM ${RUNTIME_IMAGE} AS rehearsal
WORKDIR /app
COPY build/rehearse ./
COPY --from=build /src/service/target/lib lib
COPY --from=build /src/service/target/service.jar ./
RUN ["/bin/bash", "rehearse", "/opt/java/openjdk/bin/java", "/app/service.jar", "/app/service.jsa"]

FROM ${RUNTIME_IMAGE}
WORKDIR /app
COPY --from=build /src/service/target/lib lib
COPY --from=build /src/service/target/service.jar ./
COPY --from=rehearsal /app/service.jsa ./
# A number and no name: it needs no entry in /etc/passwd, and Kubernetes can see that it is not root.
USER 10001:10001
# In a container, loopback would reach nobody. What is open to whom is said where the ports are published.
ENV HOST=0.0.0.0 PORT=8080 ADMIN_HOST=0.0.0.0 ADMIN_PORT=9090
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
# A small JVM, since the image has no other program that speaks HTTP. What the variables say is for the service's own.
HEALTHCHECK --interval=10s --timeout=30s --start-period=60s --retries=3 \
    CMD ["/usr/bin/env", "-u", "JDK_JAVA_OPTIONS", "-u", "JAVA_TOOL_OPTIONS", "/opt/java/openjdk/bin/java", \
    "-Xmx16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", \
    "-cp", "/app/service.jar", "dev.structured.service.terminal.Healthy"]
# Half of the container's memory is heap; Jetty's buffers, code and stacks want the other half.
# Out of memory ends the process, so that somebody starts it again. Nothing is written outside of /tmp.
# Virtual threads get one carrier for each CPU of the container. With a single CPU, long computations stand in each
# other's way: then set JDK_JAVA_OPTIONS=-Djdk.virtualThreadScheduler.parallelism=2.
ENTRYPOINT ["/opt/java/openjdk/bin/java", "-XX:MaxRAMPercentage=50", "-XX:+ExitOnOutOfMemoryError", \
    "-XX:-UsePerfData", "-Djava.io.tmpdir=/tmp", "-XX:SharedArchiveFile=/app/service.jsa", "-Xlog:cds*=off", \
    "-jar", "/app/service.jar"]
