package io.arketic.services;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * A TCP port on the loopback address.
 *
 * @param variable the environment variable that chooses another number
 */
record Port(int number, String variable) {

    static final int HIGHEST = 65535;
    private static final int APART = 10000;

    /** A number that nobody listens on now. */
    static Port free() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Port(socket.getLocalPort(), "");
        } catch (IOException e) {
            throw new ServiceException(ServiceException.Reason.SYSTEM, "No free port on the loopback address", e);
        }
    }

    /** Throws with the reason PORT_IN_USE when somebody listens already. */
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

    /** A number to suggest instead. */
    int other() {
        return number + APART <= HIGHEST ? number + APART : number - APART;
    }
}
