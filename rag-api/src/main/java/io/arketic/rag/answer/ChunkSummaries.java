package io.arketic.rag.answer;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.deployment.Transactions;
import io.arketic.rag.extractive.ExtractiveSummary;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeChunks;
import io.arketic.rag.knowledge.KnowledgeDocument;
import io.arketic.rag.knowledge.StoredChunk;
import io.arketic.rag.model.AnswerBroken;
import io.arketic.rag.model.ChatProperties;
import io.arketic.rag.model.Usage;
import io.arketic.rag.organization.AiAllowance;
import io.arketic.rag.organization.AiWork;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.profile.Asker;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.search.Expansion;
import io.arketic.schema.search.SearchFilter;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes summaries of chunks when they are asked for, and stores them with the chunks. */
@Component
class ChunkSummaries {

    private static final String WISH = "Summarize the source in one or two sentences, in its own language.";
    private static final Pattern MARKS = Pattern.compile("\\s?\\[\\d{1,3}]");

    private final KnowledgeChunks chunks;
    private final Answers answers;
    private final AiAllowance allowance;
    private final Transactions transactions;

    ChunkSummaries(KnowledgeChunks chunks, Answers answers, AiAllowance allowance, Transactions transactions) {
        this.chunks = chunks;
        this.answers = answers;
        this.allowance = allowance;
        this.transactions = transactions;
    }

    /** Returns the chunk with its summary. A first one is extractive; the next reader makes it again if it cannot be stored now. */
    StoredChunk summarized(KnowledgeAccess access, KnowledgeDocument document, int index) {
        StoredChunk chunk = chunks.require(access, document.id(), index);
        if (chunk.summary() != null) {
            return chunk;
        }
        String summary = extractive(access, document, chunk);
        try {
            return chunks.summarize(access, chunk, summary);
        } catch (RuntimeException failure) {
            if (!Transactions.isTransient(failure)) {
                throw failure;
            }
            return chunk.withSummary(summary);
        }
    }

    /**
     * Replaces the summary by one of a model; {@code extractive} is one, too. A language model is charged as for a
     * question, also where it fails.
     *
     * @param wanted null for the organization's default model
     */
    StoredChunk summarize(
            KnowledgeAccess access,
            KnowledgeDocument document,
            int index,
            @Nullable String wanted,
            Cancellation cancellation) {
        StoredChunk chunk = chunks.require(access, document.id(), index);
        if (chunk.summaryEdited()) {
            throw new ProblemException(
                    ProblemReason.CONFLICT, "A user wrote the summary; clear it before another one is made.");
        }
        Membership membership = access.membership();
        String model = allowance.model(membership, wanted);
        if (model.equals(ChatProperties.EXTRACTIVE) || !answers.hasLanguageModel()) {
            return chunks.summarize(access, chunk, extractive(access, document, chunk));
        }
        Question question = new Question(
                membership,
                List.of(access.knowledgeBase()),
                SearchFilter.NONE,
                Expansion.NONE,
                WISH,
                List.of(),
                null,
                null,
                model,
                0,
                Asker.PROGRAM);
        AiWork work = answers.work(UUID.randomUUID(), question);
        allowance.charged(membership, work, sql -> true);
        try {
            ChatModel.Composition made = answers.compose(question, hit(access, document, chunk), cancellation);
            settle(membership, work, made.model(), made.usage());
            return chunks.summarize(
                    access, chunk, MARKS.matcher(made.content()).replaceAll("").strip());
        } catch (AnswerBroken broken) {
            settle(membership, work, broken.model(), broken.usage());
            throw broken.problem();
        } catch (RuntimeException failed) {
            settle(membership, work, null, Usage.NONE);
            throw failed;
        }
    }

    private static String extractive(KnowledgeAccess access, KnowledgeDocument document, StoredChunk chunk) {
        return ExtractiveSummary.of(hit(access, document, chunk), chunk.keywords());
    }

    private void settle(Membership membership, AiWork work, @Nullable String model, Usage usage) {
        transactions.execute(membership.context(), sql -> allowance.settle(sql, work.id(), model, usage));
    }

    private static ChunkHit hit(KnowledgeAccess access, KnowledgeDocument document, StoredChunk chunk) {
        return new ChunkHit(
                chunk.id(),
                document.id(),
                chunk.documentVersion(),
                access.knowledgeBase().id(),
                chunk.generation(),
                document.filename(),
                document.filePath(),
                chunk.chunkIndex(),
                chunk.chunkType(),
                chunk.pageNumber(),
                chunk.startOffset(),
                chunk.endOffset(),
                chunk.title(),
                chunk.content(),
                1,
                null,
                chunk.enabled());
    }
}
