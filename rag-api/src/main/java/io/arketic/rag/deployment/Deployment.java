package io.arketic.rag.deployment;

import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSettings;
import io.arketic.schema.generation.EmbeddingCache;
import io.arketic.schema.knowledge.KnowledgeStore;
import io.arketic.schema.search.ChunkSearch;
import io.arketic.schema.search.ChunkSurroundings;
import io.arketic.schema.search.SearchExplainer;
import io.arketic.schema.search.SearchStages;
import io.arketic.schema.tenancy.RequestOrigin;
import io.arketic.schema.tenancy.TenantDatabase;
import io.arketic.store.S3Store;
import io.arketic.store.StoreAccess;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.MDC;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Creates the connections that the features share; each is closed with the application. None of them connects at
 * start-up.
 */
@Configuration(proxyBeanMethods = false)
class Deployment {

    private static final Duration STORE_CONNECT = Duration.ofSeconds(5);
    private static final Duration STORE_SILENCE = Duration.ofSeconds(60);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    TenantDatabase tenantDatabase(DatabaseProperties database) {
        return TenantDatabase.open(
                database.application(), () -> new RequestOrigin(MDC.get("request_id"), MDC.get("credential")));
    }

    @Bean
    MaintenanceDatabase maintenanceDatabase(DatabaseProperties database) {
        return new MaintenanceDatabase(TenantDatabase.open(database.maintenance()));
    }

    @Bean
    SchedulerDatabase schedulerDatabase(DatabaseProperties database) {
        return new SchedulerDatabase(database.maintenance());
    }

    @Bean
    KnowledgeStore knowledgeStore(TenantDatabase database, Environment environment) {
        return new KnowledgeStore(
                database,
                new EmbeddingCache(
                        environment.getProperty(
                                "arketic.embedding.cache-size", Integer.class, EmbeddingCache.DEFAULT.vectors()),
                        environment.getProperty(
                                "arketic.embedding.cache-lifetime",
                                Duration.class,
                                EmbeddingCache.DEFAULT.lifetime())));
    }

    @Bean
    ChunkSearch chunkSearch(TenantDatabase database) {
        return new ChunkSearch(database);
    }

    @Bean
    ChunkSurroundings chunkSurroundings(TenantDatabase database) {
        return new ChunkSurroundings(database);
    }

    @Bean
    SearchExplainer searchExplainer(TenantDatabase database) {
        return new SearchExplainer(database);
    }

    @Bean
    SearchStages searchStages(TenantDatabase database) {
        return new SearchStages(database);
    }

    @Bean
    EmbeddingModels embeddingModels(Environment environment) {
        return new EmbeddingModels(EmbeddingSettings.from(environment::getProperty));
    }

    @Bean
    S3Store s3Store(StoreProperties store) {
        return S3Store.open(new StoreAccess(
                store.endpoint(), store.accessKey(), store.secretKey(), store.region(), STORE_CONNECT, STORE_SILENCE));
    }

    /** Creates a producer that gives up a record after 15 seconds: the outbox keeps it and sends it again. */
    @Bean(destroyMethod = "close")
    Producer<String, String> objectEventProducer(KafkaProperties kafka) {
        Map<String, Object> settings = kafka.client();
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "arketic-rag-api");
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15000);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5000);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 8L << 20);
        return new KafkaProducer<>(settings);
    }
}
