package io.arketic.rag.outbound;

import java.net.ConnectException;

/** The host leads to an address that is not for users to reach. */
final class RefusedAddressException extends ConnectException {

    private static final long serialVersionUID = 1L;

    RefusedAddressException(String host) {
        super("'" + host + "' leads to an address that workflows may not reach");
    }
}
