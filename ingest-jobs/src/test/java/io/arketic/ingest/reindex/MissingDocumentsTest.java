package io.arketic.ingest.reindex;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.ingest.lease.Offer;
import io.arketic.schema.generation.FillPosition;
import io.arketic.schema.generation.MissingDocument;
import io.arketic.schema.ledger.KnowledgeTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MissingDocumentsTest {

    private final KnowledgeTarget target =
            new KnowledgeTarget(UUID.randomUUID(), UUID.randomUUID(), 2, "model", 1000, 200);
    private final List<MissingDocument> missing = new ArrayList<>();
    private final MissingDocuments queue = new MissingDocuments(this::search, () -> {});
    private int searches;

    private List<MissingDocument> search(int atMost, FillPosition position) {
        searches++;
        return missing.stream().limit(atMost).toList();
    }

    @Test
    void aDocumentThatAReaderHasIsNotOfferedThoughItIsMissingStill() throws Exception {
        miss(3);
        assertThat(works(queue.offers(3, List.of()))).containsExactly(add(0), add(1), add(2));

        queue.take(List.of(add(0)));

        assertThat(works(queue.offers(3, List.of(add(0), new ReindexWork.Tidy()))))
                .containsExactly(add(1), add(2));
    }

    @Test
    void aDocumentOfALostReaderIsOfferedAgain() throws Exception {
        miss(2);
        queue.offers(2, List.of());
        queue.take(List.of(add(0), add(1)));
        assertThat(queue.offers(2, List.of(add(0), add(1)))).isEmpty();

        assertThat(works(queue.offers(2, List.of(add(1))))).containsExactly(add(0));
    }

    @Test
    void manyDocumentsAreSearchedForTogether() throws Exception {
        miss(40);
        List<ReindexWork> leased = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            ReindexWork next = queue.offers(1, leased).get(0).work();
            assertThat(queue.take(List.of(next))).containsEntry(next, next);
            leased.add(next);
        }
        assertThat(searches).isEqualTo(1);
        assertThat(leased).doesNotHaveDuplicates();

        assertThat(works(queue.offers(1, leased)))
                .doesNotContainAnyElementsOf(leased)
                .isNotEmpty();
        assertThat(searches).isEqualTo(2);
    }

    @Test
    void manyLeasedDocumentsDoNotHideTheOthers() throws Exception {
        miss(100);
        List<ReindexWork> leased = missing.stream()
                .limit(80)
                .map(document -> (ReindexWork) new ReindexWork.Add(document))
                .toList();
        assertThat(works(queue.offers(4, leased))).contains(add(80)).doesNotContainAnyElementsOf(leased);
    }

    @Test
    void eachOrganizationIsATenant() throws Exception {
        miss(1);
        assertThat(queue.offers(1, List.of()))
                .extracting(Offer::tenant)
                .containsExactly(target.organizationId().toString());
    }

    private void miss(int documents) {
        for (int i = 0; i < documents; i++) {
            missing.add(new MissingDocument(target, UUID.randomUUID(), 1, i + ".txt", false));
        }
    }

    private ReindexWork add(int document) {
        return new ReindexWork.Add(missing.get(document));
    }

    private static List<ReindexWork> works(List<Offer<ReindexWork>> offers) {
        return offers.stream().map(Offer::work).toList();
    }
}
