package io.arketic.rag.operations;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which pages of other origins may call the API from a browser.
 *
 * @param origins for example {@code https://app.example.org}; none when empty
 */
@ConfigurationProperties("arketic.cors")
record CrossOriginProperties(@DefaultValue List<String> origins) {

    CrossOriginProperties {
        origins = List.copyOf(origins);
        if (origins.contains("*")) {
            throw new IllegalArgumentException("arketic.cors.origins names origins; * is none");
        }
    }
}
