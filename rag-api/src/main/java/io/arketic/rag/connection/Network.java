package io.arketic.rag.connection;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Maps an address to its customer: an IPv4 address to itself, an IPv6 address to its /64, the least that one customer
 * receives.
 */
public final class Network {

    private static final int PREFIX_BYTES = 8;

    private Network() {}

    /** @param address as the connection has it; what is no address stands for itself */
    public static String of(String address) {
        if (address.indexOf(':') < 0) {
            return address;
        }
        try {
            InetAddress parsed = InetAddress.getByName(address);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), PREFIX_BYTES)) + "/64"
                    : parsed.getHostAddress();
        } catch (UnknownHostException none) {
            return address;
        }
    }
}
