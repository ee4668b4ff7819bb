package io.arketic.rag.generation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.arketic.embeddings.EmbeddingException;
import io.arketic.embeddings.EmbeddingException.Reason;
import io.arketic.embeddings.EmbeddingModel;
import io.arketic.embeddings.EmbeddingModels;
import io.arketic.embeddings.EmbeddingSpec;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.schema.tenancy.Turns;
import io.arketic.schema.tenancy.Turns.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Provides the deployment's embedding models to one tenant: tenants take turns, and passages leave half of the sessions
 * to the questions. The models belong to the deployment; closing one of these has no effect.
 */
@Component
public class TenantModels {

    /** Limits the parallel requests to an endpoint. */
    private static final int REMOTE_QUESTIONS = 16;

    private static final int REMOTE_PASSAGES = 4;

    /** Limits the texts of one request to an endpoint. */
    private static final int REMOTE_PORTION = 32;

    /** @param longestQuestion in characters; a longer one takes a turn of the passages */
    private record Queues(Turns questions, Turns passages, int portion, int longestQuestion) {

        Turns of(String question) {
            return question.length() > longestQuestion ? passages : questions;
        }
    }

    /** Questions that are remembered: people and programs ask the same again, and a chat asks for its passages, too. */
    private static final int REMEMBERED = 2_000;

    /** Limits the characters of a kept question; longer ones would take more memory than their vectors. */
    private static final int LONGEST_REMEMBERED = 1_000;

    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(10);

    /** Keys the vectors by tenant, so that the time of an answer does not reveal others' questions. */
    private record Asked(UUID tenant, String model, String text) {}

    private final Cache<Asked, float[]> questions = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .expireAfterAccess(REMEMBERED_FOR)
            .build();
    private final EmbeddingModels models;
    private final Queues local;
    private final Queues remote;

    TenantModels(EmbeddingModels models, Bulkheads bulkheads) {
        this.models = models;
        this.local = new Queues(
                bulkheads.processors(),
                bulkheads.turns("passages", 1),
                Math.max(1, models.sessions() / 2),
                EmbeddingModel.LONGEST_QUESTION);
        this.remote = new Queues(
                bulkheads.turns("remote-questions", REMOTE_QUESTIONS),
                bulkheads.turns("remote-passages", REMOTE_PASSAGES),
                REMOTE_PORTION,
                Integer.MAX_VALUE);
    }

    /** @throws io.arketic.embeddings.UnknownEmbeddingModelException when the deployment lacks the model */
    public EmbeddingModel get(UUID tenant, String id) {
        return new TenantModel(tenant, models.get(id), models.isLocal(id) ? local : remote, questions);
    }

    /** Returns the model for callers that name none. */
    public EmbeddingModel defaultModel(UUID tenant) {
        return get(tenant, models.defaultModel().spec().id());
    }

    public boolean has(String id) {
        return models.specs().stream().anyMatch(spec -> spec.id().equals(id));
    }

    private record TenantModel(UUID tenant, EmbeddingModel model, Queues queues, Cache<Asked, float[]> known)
            implements EmbeddingModel {

        @Override
        public EmbeddingSpec spec() {
            return model.spec();
        }

        /** Embeds one portion at a time, each in a separate turn. */
        @Override
        public List<float[]> embedPassages(List<String> texts) throws EmbeddingException {
            List<float[]> vectors = new ArrayList<>(texts.size());
            for (int from = 0; from < texts.size(); from += queues.portion()) {
                try (Turn turn = turn(queues.passages())) {
                    vectors.addAll(
                            model.embedPassages(texts.subList(from, Math.min(texts.size(), from + queues.portion()))));
                }
            }
            return vectors;
        }

        /** A long question runs as slowly as a passage: it must not hold a turn that admits searches meanwhile. */
        @Override
        public float[] embedQuery(String text) throws EmbeddingException {
            Asked asked = new Asked(tenant, model.spec().id(), text);
            float[] vector = known.getIfPresent(asked);
            if (vector == null) {
                try (Turn turn = turn(queues.of(text))) {
                    vector = model.embedQuery(text);
                }
                if (text.length() <= LONGEST_REMEMBERED) {
                    known.put(asked, vector);
                }
            }
            return vector.clone();
        }

        private Turn turn(Turns turns) throws EmbeddingException {
            try {
                return turns.take(tenant);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new EmbeddingException(Reason.INTERRUPTED, "interrupted while waiting to embed", stopped);
            }
        }

        @Override
        public int countTokens(String text) {
            return model.countTokens(text);
        }

        @Override
        public void close() {
            // it belongs to the deployment
        }
    }
}
