package io.arketic.rag.operations;

import io.arketic.embeddings.SettingValue;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures which origins' pages may call the API from a browser.
 *
 * @param origins for example {@code https://app.example.org}; none when empty
 */
@ConfigurationProperties("arketic.cors")
record CrossOriginProperties(@DefaultValue List<String> origins) {

    CrossOriginProperties {
        origins = List.copyOf(origins);
        for (String origin : origins) {
            SettingValue.require(
                    origin.matches("https?://[^/*\\s]+"),
                    "arketic.cors.origins",
                    origin,
                    "origins such as https://app.example.org, with commas between");
        }
    }
}
