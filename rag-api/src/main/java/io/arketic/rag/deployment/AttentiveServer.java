package io.arketic.rag.deployment;

import io.arketic.rag.connection.Connections;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.MultipartConfigElement;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/** Makes the container use {@link AttentiveProtocol}. */
@Component
class AttentiveServer implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private final Connections connections;
    private final MultipartConfigElement uploads;
    private final MeterRegistry registry;

    AttentiveServer(Connections connections, MultipartConfigElement uploads, MeterRegistry registry) {
        this.connections = connections;
        this.uploads = uploads;
        this.registry = registry;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(AttentiveProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            if (connector.getProtocolHandler() instanceof AttentiveProtocol protocol) {
                connections.requireRoomFor(uploads.getMaxRequestSize());
                protocol.use(connections, uploads.getMaxRequestSize());
                Gauge.builder("arketic.requests.waiting", protocol, AttentiveProtocol::waiting)
                        .description("Requests that wait for a thread")
                        .register(registry);
                Gauge.builder("arketic.requests.threads", protocol, AttentiveProtocol::working)
                        .description("Threads that requests keep busy")
                        .register(registry);
            }
        });
    }
}
