package io.arketic.rag.connection;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The customer that an address stands for: an IPv4 address for itself, an IPv6 address for its /64, since that is the least that one
 * customer is given.
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
