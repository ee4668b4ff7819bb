package io.arketic.rag.publication;

import io.arketic.embeddings.SettingValue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures what callers without an account may ask of a public knowledge base. An organization may set lower limits in its
 * {@code custom_settings.public_knowledge}.
 *
 * @param networkReadsPerMinute requests of one network to one knowledge base
 * @param readsPerMinute requests of all networks to one knowledge base
 * @param networkQuestionsPerHour questions of one network to one knowledge base
 * @param questionsPerDay questions to one knowledge base: its organization pays for their answers
 * @param networkGuesses addresses of one network that open nothing, in ten minutes
 * @param shareOfRequests of an organization's AI requests in a month that public questions may use at once, in percent; as
 *     many again come back within the month
 */
@ConfigurationProperties("arketic.public-knowledge")
record PublicKnowledgeProperties(
        @DefaultValue("60") int networkReadsPerMinute,
        @DefaultValue("600") int readsPerMinute,
        @DefaultValue("30") int networkQuestionsPerHour,
        @DefaultValue("1000") int questionsPerDay,
        @DefaultValue("60") int networkGuesses,
        @DefaultValue("10") int shareOfRequests) {

    PublicKnowledgeProperties {
        SettingValue.atLeast("arketic.public-knowledge.network-reads-per-minute", networkReadsPerMinute, 1);
        SettingValue.atLeast("arketic.public-knowledge.reads-per-minute", readsPerMinute, 1);
        SettingValue.atLeast("arketic.public-knowledge.network-questions-per-hour", networkQuestionsPerHour, 1);
        SettingValue.atLeast("arketic.public-knowledge.questions-per-day", questionsPerDay, 1);
        SettingValue.atLeast("arketic.public-knowledge.network-guesses", networkGuesses, 1);
        SettingValue.require(
                shareOfRequests >= 1 && shareOfRequests <= 50,
                "arketic.public-knowledge.share-of-requests",
                shareOfRequests,
                "a number from 1 to 50, in percent");
    }
}
