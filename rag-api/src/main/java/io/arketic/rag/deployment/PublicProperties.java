package io.arketic.rag.deployment;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the address of this API for users.
 *
 * @param url before {@code /api/v1}, in links that are given out; empty for this process on the loopback
 * @param linkLifetime how long a link opens without a token
 */
@ConfigurationProperties("arketic.public")
public record PublicProperties(
        @DefaultValue("") String url, @DefaultValue("1h") Duration linkLifetime) {

    private static final Duration LONGEST_LINK = Duration.ofDays(7);

    public PublicProperties {
        url = url.strip().replaceAll("/+$", "");
        if (!url.isEmpty() && !valid(url)) {
            throw new IllegalArgumentException("arketic.public.url (ARKETIC_PUBLIC_URL) must be an address such as"
                    + " https://arketic.example.org, not '" + url + "'");
        }
        if (linkLifetime.compareTo(Duration.ofSeconds(1)) < 0 || linkLifetime.compareTo(LONGEST_LINK) > 0) {
            throw new IllegalArgumentException("arketic.public.link-lifetime is from a second to seven days");
        }
    }

    private static boolean valid(String url) {
        try {
            URI uri = URI.create(url);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && uri.getFragment() == null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
