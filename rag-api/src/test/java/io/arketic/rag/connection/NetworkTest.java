package io.arketic.rag.connection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkTest {

    @Test
    void addressesOfOneCustomerAreOne() {
        assertThat(Network.of("2001:db8:1:2::1"))
                .isEqualTo(Network.of("2001:0db8:0001:0002:ffff:ffff:ffff:ffff"))
                .isNotEqualTo(Network.of("2001:db8:1:3::1"));
        assertThat(Network.of("::ffff:192.0.2.7")).isEqualTo(Network.of("192.0.2.7"));
        assertThat(Network.of("192.0.2.7")).isNotEqualTo(Network.of("192.0.2.8"));
        assertThat(Network.of("fe80::1%1")).isEqualTo(Network.of("fe80::2"));
    }

    @Test
    void whatIsNoAddressStandsForItself() {
        assertThat(Network.of("unknown")).isEqualTo("unknown");
        assertThat(Network.of("1:2:3")).isEqualTo("1:2:3");
    }
}
