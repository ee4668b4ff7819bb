package io.arketic.rag.generation;

import io.arketic.embeddings.SettingValue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures searches.
 *
 * @param indexedFrom chunks from which a knowledge base gets indexes of its own; a smaller one is compared chunk by chunk
 */
@ConfigurationProperties("arketic.search")
record SearchProperties(@DefaultValue("20000") int indexedFrom) {

    SearchProperties {
        SettingValue.atLeast("arketic.search.indexed-from", indexedFrom, 1);
    }
}
