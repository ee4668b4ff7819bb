package io.arketic.rag.ingestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.springframework.dao.TransientDataAccessResourceException;
import tools.jackson.databind.json.JsonMapper;

class ProgressWatchTest {

    private final ProgressWatch watch = new ProgressWatch();
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void oneLookServesAllViewers() {
        for (int i = 0; i < 200; i++) {
            viewer(() -> null);
        }
        watch.look();
        watch.look();
        assertThat(looks).hasValue(2);
        assertThat(watch.viewers()).hasSize(200).noneMatch(ProgressViewer::isGone);
    }

    @Test
    void aViewerWithoutAccessIsEndedAndTheOthersAreServed() {
        AtomicBoolean member = new AtomicBoolean(true);
        List<ProgressViewer> leaving = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            leaving.add(viewer(() -> {
                if (!member.get()) {
                    throw ProblemException.notFound("knowledge base");
                }
                return null;
            }));
        }
        ProgressViewer staying = viewer(() -> null);
        watch.look();

        member.set(false);
        watch.checkAccess();
        assertThat(leaving).allMatch(ProgressViewer::isGone);
        assertThat(staying.isGone()).isFalse();
        watch.look();
        assertThat(looks).hasValue(2);
    }

    @Test
    void aDatabaseThatFailsEndsNoStream() {
        ProgressViewer viewer = viewer(() -> {
            throw new TransientDataAccessResourceException("away");
        });
        assertThatThrownBy(watch::look).isInstanceOf(TransientDataAccessResourceException.class);
        assertThat(viewer.isGone()).isFalse();
    }

    @Test
    void aFailureThatLastsEndsTheStreams() {
        ProgressViewer viewer = viewer(() -> {
            throw new IllegalStateException("for ever");
        });
        for (int look = 0; look < 20; look++) {
            assertThatThrownBy(watch::look).isInstanceOf(IllegalStateException.class);
        }
        assertThat(viewer.isGone()).isTrue();
    }

    @Test
    void onlyTheFirstViewerBegins() {
        assertThat(watch.begin()).isTrue();
        assertThat(watch.begin()).isFalse();
    }

    /** Plays a viewer without a connection: what it is offered waits. */
    @SuppressWarnings("NullAway") // nothing here asks for the caller or for what may be seen
    private ProgressViewer viewer(Supplier<KnowledgeAccess> access) {
        ProgressViewer viewer =
                new ProgressViewer(null, access, seen -> "look " + looks.incrementAndGet(), new JsonMapper());
        watch.viewers().add(viewer);
        return viewer;
    }
}
