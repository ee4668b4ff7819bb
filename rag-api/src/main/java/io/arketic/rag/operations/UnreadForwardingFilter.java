package io.arketic.rag.operations;

import io.arketic.rag.connection.Network;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Warns once of a proxy whose forwarding headers are not read: then all users are one address, and share its limits. Only a
 * proxy in the same network is believed to be one, because strangers send such headers, too.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class UnreadForwardingFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(UnreadForwardingFilter.class);
    private static final List<String> HEADERS = List.of("X-Forwarded-For", "Forwarded");

    private final boolean unread;
    private final AtomicBoolean warned = new AtomicBoolean();

    UnreadForwardingFilter(ServerProperties server) {
        ForwardHeadersStrategy strategy = server.getForwardHeadersStrategy();
        this.unread = strategy == null || strategy == ForwardHeadersStrategy.NONE;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !unread || warned.get();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isForwarded(request) && warned.compareAndSet(false, true)) {
            log.warn(
                    "Requests come through a proxy at {}, whose forwarding headers are not read: all users are one address and"
                            + " share its limits. Set SERVER_FORWARD_HEADERS_STRATEGY=native, and"
                            + " ARKETIC_CONNECTION_PER_ADDRESS=0.",
                    Network.of(request.getRemoteAddr()));
        }
        chain.doFilter(request, response);
    }

    private static boolean isForwarded(HttpServletRequest request) {
        return HEADERS.stream().anyMatch(header -> request.getHeader(header) != null)
                && isNear(request.getRemoteAddr());
    }

    private static boolean isNear(String address) {
        try {
            InetAddress peer = InetAddress.getByName(address);
            return peer.isLoopbackAddress() || peer.isSiteLocalAddress() || peer.isLinkLocalAddress();
        } catch (UnknownHostException none) {
            return false;
        }
    }
}
