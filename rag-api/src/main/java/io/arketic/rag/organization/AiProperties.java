package io.arketic.rag.organization;

import java.math.BigDecimal;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a new organization begins with, and what its answers cost.
 *
 * @param defaultModel for chats that name none
 * @param pricePerMillionTokens held against the monthly budget; 0 for models of one's own
 */
@ConfigurationProperties("arketic.chat")
record AiProperties(
        @DefaultValue("gpt-4o") String defaultModel,
        @DefaultValue("0") BigDecimal pricePerMillionTokens) {}
