package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.arketic.rag.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

class AnswerStreamsTest {

    /** As many as there are places, so that one that leaks is missed. */
    private static final int PLACES = 8;

    private final AnswerStreams streams =
            new AnswerStreams(Models.settings("http://127.0.0.1:1", Duration.ofSeconds(1), Duration.ofSeconds(1)));

    @AfterEach
    void close() {
        RequestContextHolder.resetRequestAttributes();
        streams.close();
    }

    @Test
    void workThatThrowsGivesItsPlaceBack() {
        for (int i = 0; i < PLACES; i++) {
            assertThatThrownBy(() -> streams.whole(cancellation -> {
                        throw new AssertionError("of ours");
                    }))
                    .isInstanceOf(AssertionError.class);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> streams.stream(
                            cancellation -> {
                                throw new IllegalStateException("of ours");
                            },
                            problem -> new AnswerStream.Event("error", problem)));
        }
        assertAllPlacesFree();
    }

    @Test
    void aRequestThatCannotBeWatchedGivesItsPlaceBack() {
        HttpServletRequest broken = (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletRequest.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getInputStream")) {
                        throw new IllegalStateException("its reader was taken");
                    }
                    return null;
                });
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(broken));
        for (int i = 0; i < PLACES; i++) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> streams.whole(cancellation -> "never"));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> streams.stream(
                            cancellation -> stream -> {}, problem -> new AnswerStream.Event("error", problem)));
        }
        RequestContextHolder.resetRequestAttributes();
        assertAllPlacesFree();
    }

    private void assertAllPlacesFree() {
        take(PLACES);
    }

    /** Takes so many places at once, and finds no other. */
    private void take(int places) {
        if (places == 0) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> streams.whole(cancellation -> "one more"));
            return;
        }
        AtomicReference<String> reached = new AtomicReference<>("");
        streams.whole(cancellation -> {
            reached.set("reached");
            take(places - 1);
            return "done";
        });
        assertThat(reached.get()).isEqualTo("reached");
    }
}
