package org.apache.flink.metrics.prometheus;

import io.prometheus.client.exporter.HTTPServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Serves Flink's metrics to Prometheus on one address. Flink's own reporter listens on every interface. This class is in
 * Flink's package, because the metrics of its superclass are visible there only.
 */
final class AddressedReporter extends AbstractPrometheusReporter {

    private final HTTPServer server;

    /**
     * Listens on the first free port.
     *
     * @throws IllegalStateException when none is free
     */
    AddressedReporter(String host, Iterator<Integer> ports) {
        @Nullable HTTPServer opened = null;
        while (opened == null && ports.hasNext()) {
            opened = open(host, ports.next());
        }
        if (opened == null) {
            throw new IllegalStateException("no port for metrics is free on " + host);
        }
        server = opened;
        log.info("metrics are on {}:{}", host, server.getPort());
    }

    private @Nullable HTTPServer open(String host, int port) {
        try {
            return new HTTPServer(new InetSocketAddress(host, port), registry, true);
        } catch (IOException taken) {
            log.debug("port {} is not free", port, taken);
            return null;
        }
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.stop();
        super.close();
    }
}
