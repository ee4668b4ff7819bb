package org.apache.flink.metrics.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressedReporterTest {

    @Test
    void metricsAreServedOnTheGivenAddressOnly() throws Exception {
        AddressedReporter reporter =
                new AddressedReporter("127.0.0.1", List.of(0).iterator());
        try {
            try (Socket open = new Socket("127.0.0.1", reporter.port())) {
                assertThat(open.isConnected()).isTrue();
            }
            for (InetAddress other : addresses()) {
                assertThatThrownBy(() -> new Socket(other, reporter.port()).close())
                        .as("%s", other)
                        .isInstanceOf(ConnectException.class);
            }
        } finally {
            reporter.close();
        }
    }

    @Test
    void theNextPortIsTakenIfOneIsNotFree() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            AddressedReporter reporter = new AddressedReporter(
                    "127.0.0.1", List.of(taken.getLocalPort(), 0).iterator());
            try {
                assertThat(reporter.port()).isNotEqualTo(taken.getLocalPort());
            } finally {
                reporter.close();
            }
            assertThatThrownBy(() -> new AddressedReporter(
                            "127.0.0.1", List.of(taken.getLocalPort()).iterator()))
                    .hasMessageContaining("no port");
        }
    }

    /** Returns the addresses of this machine without its loopback; there may be none. */
    private static List<InetAddress> addresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
    }
}
