package io.arketic.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Names a TCP port on the loopback address.
 *
 * @param variable the environment variable that chooses another number
 */
record Port(int number, String variable) {

    static final int HIGHEST = 65535;
    private static final int APART = 10000;
    private static final int LOWEST_FREE = 12_000;

    /** Names the first port of outgoing connections: Linux uses 32768 to 60999 by default. */
    private static final int OUTGOING = 32_768;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    /**
     * Returns a port without a listener that this process has not returned before. It is below the ports of outgoing
     * connections, so that none of them takes it before its service starts.
     */
    static Port free() {
        int attempts = 1000;
        for (int attempt = 0; attempt < attempts; attempt++) {
            int number = ThreadLocalRandom.current().nextInt(LOWEST_FREE, OUTGOING);
            if (isFree(number) && GIVEN.add(number)) {
                return new Port(number, "");
            }
        }
        throw new ServiceException(
                ServiceException.Reason.SYSTEM,
                "No free port on the loopback address among " + attempts + " between " + LOWEST_FREE + " and "
                        + OUTGOING);
    }

    private static boolean isFree(int number) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(number), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Throws with the reason PORT_IN_USE if a process already listens. */
    void requireFree(String component) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), number), 1);
        } catch (IOException e) {
            throw new ServiceException(
                    ServiceException.Reason.PORT_IN_USE,
                    "Port " + number + ", which " + component + " needs, is in use on 127.0.0.1. End the program that"
                            + " listens there or choose another port: " + variable + "=" + other(),
                    e);
        }
    }

    /**
     * Returns the port this many numbers higher.
     *
     * @throws IllegalArgumentException if there is none
     */
    Port above(int numbers) {
        if (number + numbers > HIGHEST) {
            throw new IllegalArgumentException(
                    variable + " must leave room for the ports of all processes, up to " + HIGHEST + ": " + number);
        }
        return new Port(number + numbers, variable);
    }

    /** Returns another number to suggest. */
    int other() {
        return number + APART <= HIGHEST ? number + APART : number - APART;
    }
}
