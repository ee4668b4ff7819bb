package io.arketic.rag.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.arketic.rag.attendance.AttendedWork;
import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.connection.TurnedAway;
import io.arketic.rag.idempotency.KeyedRequests;
import io.arketic.rag.problem.ProblemException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

class AnswerStreamsTest {

    /** Sets as many as there are places, so that a leaked one is noticed. */
    private static final int PLACES = 8;

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final AttendedWork attended = new AttendedWork();
    private final AnswerStreams streams;

    @Configuration
    @ConfigurationPropertiesScan("io.arketic.rag.bulkhead")
    @ComponentScan("io.arketic.rag.bulkhead")
    @Import(TurnedAway.class)
    static class WithBulkheads {

        @Bean
        SimpleMeterRegistry metrics() {
            return new SimpleMeterRegistry();
        }
    }

    AnswerStreamsTest() {
        Map<String, Object> places = Map.of("arketic.chat.parallel-answers", PLACES);
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("places", places));
        context.register(WithBulkheads.class);
        context.refresh();
        streams = new AnswerStreams(context.getBean(Bulkheads.class), attended);
    }

    @AfterEach
    void close() {
        RequestContextHolder.resetRequestAttributes();
        streams.close();
        attended.close();
        context.close();
    }

    /** Uses another tenant for each, which gets any free place. */
    private <T> DeferredResult<T> whole(Function<Cancellation, T> work) {
        return streams.whole(UUID.randomUUID(), work);
    }

    @Test
    void workThatThrowsGivesItsPlaceBack() throws Exception {
        for (int i = 0; i < PLACES; i++) {
            assertThat(awaited(whole(cancellation -> {
                        throw new AssertionError("of ours");
                    })))
                    .isInstanceOf(AssertionError.class);
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> streams.stream(
                            UUID.randomUUID(),
                            cancellation -> {
                                throw new IllegalStateException("of ours");
                            },
                            problem -> new AnswerStream.Event("error", problem)));
        }
        assertAllPlacesFree();
    }

    @Test
    void aRequestThatCannotBeWatchedGivesItsPlaceBack() throws Exception {
        HttpServletRequest broken = (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletRequest.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getInputStream")) {
                        throw new IllegalStateException("its reader was taken");
                    }
                    return null;
                });
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(broken));
        for (int i = 0; i < PLACES; i++) {
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> whole(cancellation -> "never"));
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> streams.stream(
                            UUID.randomUUID(),
                            cancellation -> stream -> {},
                            problem -> new AnswerStream.Event("error", problem)));
        }
        RequestContextHolder.resetRequestAttributes();
        assertAllPlacesFree();
    }

    /** Checks that the first answer may end between a repeated request's two reads of the key and the stream. */
    @Test
    void aRepeatedRequestReadsTheFirstStreamAlsoWhenThatHasJustEnded() throws Exception {
        UUID claim = UUID.randomUUID();
        CountDownLatch ended = new CountDownLatch(1);
        MockHttpServletRequest request = new MockHttpServletRequest();
        KeyedRequests.first(claim, request, ended::countDown);
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
        stream(stream -> {
            throw new IllegalStateException("of ours");
        });
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();

        MockHttpServletRequest repeated = new MockHttpServletRequest();
        KeyedRequests.joining(claim, repeated);
        RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(repeated));
        assertThat(stream(stream -> stream.send(new AnswerStream.Event("token", "a second answer"))))
                .isNotNull();
    }

    private SseEmitter stream(Consumer<AnswerStream> work) {
        return streams.stream(
                UUID.randomUUID(), cancellation -> work, problem -> new AnswerStream.Event("error", problem));
    }

    /** Holds the result or the exception of the work. */
    private static Object awaited(DeferredResult<?> result) throws Exception {
        CompletableFuture<Object> ended = new CompletableFuture<>();
        result.setResultHandler(ended::complete);
        return ended.get(60, TimeUnit.SECONDS);
    }

    /** Takes all of them at once, and finds no other. */
    private void assertAllPlacesFree() throws Exception {
        CountDownLatch taken = new CountDownLatch(PLACES);
        CountDownLatch over = new CountDownLatch(1);
        List<DeferredResult<String>> held = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            held.add(whole(cancellation -> {
                taken.countDown();
                awaited(over);
                return "done";
            }));
        }
        assertThat(taken.await(60, TimeUnit.SECONDS)).isTrue();
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> whole(cancellation -> "one more"));
        over.countDown();
        for (DeferredResult<String> one : held) {
            assertThat(awaited(one)).isEqualTo("done");
        }
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
        }
    }
}
