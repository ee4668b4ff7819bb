package io.arketic.rag.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses are not for users to reach: those of the IANA's registries of special-purpose addresses (RFC 6890), and
 * IPv6 addresses that lead to an IPv4 address.
 */
final class AddressGuard {

    private static final List<Network> REFUSED = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    // IPv4-compatible and mapped, NAT64, discard, Teredo and others of the IETF, documentation, 6to4
                    "::/96",
                    "::ffff:0:0/96",
                    "64:ff9b::/96",
                    "64:ff9b:1::/48",
                    "100::/64",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20",
                    "5f00::/16",
                    "fc00::/7",
                    "fe80::/10",
                    "fec0::/10",
                    "ff00::/8")
            .map(Network::of)
            .toList();

    /** The first bits of an address. */
    private record Network(byte[] bytes, int bits) {

        static Network of(String text) {
            int slash = text.indexOf('/');
            try {
                // An IPv4-mapped address would become an IPv4 one.
                byte[] bytes = text.startsWith("::ffff:")
                        ? mapped()
                        : InetAddress.getByName(text.substring(0, slash)).getAddress();
                return new Network(bytes, Integer.parseInt(text.substring(slash + 1)));
            } catch (UnknownHostException | NumberFormatException | StringIndexOutOfBoundsException invalid) {
                throw new IllegalArgumentException(text, invalid);
            }
        }

        private static byte[] mapped() {
            byte[] bytes = new byte[16];
            bytes[10] = -1;
            bytes[11] = -1;
            return bytes;
        }

        boolean contains(byte[] address) {
            if (address.length != bytes.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (bytes[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Network> allowed;

    AddressGuard(List<String> allowedNetworks) {
        this.allowed = allowedNetworks.stream().map(Network::of).toList();
    }

    static boolean isNetwork(String text) {
        if (!text.matches("[0-9a-fA-F:.]+/\\d{1,3}")) {
            return false;
        }
        try {
            Network network = Network.of(text);
            return network.bits() <= network.bytes().length * 8;
        } catch (IllegalArgumentException invalid) {
            return false;
        }
    }

    boolean admits(InetAddress address) {
        byte[] bytes = address.getAddress();
        return allowed.stream().anyMatch(network -> network.contains(bytes))
                || REFUSED.stream().noneMatch(network -> network.contains(bytes));
    }
}
