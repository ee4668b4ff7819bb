package io.arketic.rag.login;

import io.arketic.rag.deployment.PublicProperties;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * Refuses requests that a page of another origin makes a browser send: what the browser says in {@code Sec-Fetch-Site},
 * or, where it does not, an {@code Origin} with another host than the request and the public
 * address. Programs send neither and hold no victim's cookies. Go's {@code http.CrossOriginProtection} decides so, too.
 */
@Component
public class OwnPages {

    private final String address;

    OwnPages(PublicProperties address) {
        this.address = address.url();
    }

    public void require(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean own = site == null ? sameHost(request) : site.equals("same-origin");
        if (!own) {
            throw new ProblemException(ProblemReason.FORBIDDEN, "Only the console's own pages may do this.");
        }
    }

    private boolean sameHost(HttpServletRequest request) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            return true;
        }
        String host = host(origin);
        // A proxy may replace the Host by its own name for this process.
        return host.equalsIgnoreCase(String.valueOf(request.getHeader(HttpHeaders.HOST)))
                || !host.isEmpty() && host.equalsIgnoreCase(host(address));
    }

    private static String host(String origin) {
        try {
            @Nullable String authority = URI.create(origin).getRawAuthority();
            return authority == null ? "" : authority;
        } catch (IllegalArgumentException unreadable) {
            return "";
        }
    }
}
