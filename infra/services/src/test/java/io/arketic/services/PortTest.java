package io.arketic.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PortTest {

    @Test
    void theSuggestedNumberIsAPort() {
        for (int number : new int[] {1, 8080, 55535, 55536, 60999, 65535}) {
            assertThat(new Port(number, "").other()).isBetween(1, 65535).isNotEqualTo(number);
        }
    }

    @Test
    void aPortInUseIsToldWithTheVariableThatChangesIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = new Port(taken.getLocalPort(), "ARKETIC_PORT_API");
            assertThatThrownBy(() -> port.requireFree("rag-api"))
                    .isInstanceOf(ServiceException.class)
                    .hasMessageContaining("rag-api")
                    .hasMessageEndingWith("ARKETIC_PORT_API=" + port.other());
        }
    }

    @Test
    void freePortsAreNeverGivenOutTwiceAndNoOutgoingConnectionGetsThem() throws Exception {
        int outgoing;
        try (var range = new Scanner(Path.of("/proc/sys/net/ipv4/ip_local_port_range"))) {
            outgoing = range.nextInt();
        }
        var numbers = Stream.generate(Port::free).limit(100).map(Port::number).toList();
        assertThat(numbers)
                .doesNotHaveDuplicates()
                .allSatisfy(number -> assertThat(number).isLessThan(outgoing));
    }
}
