package io.arketic.rag.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.arketic.rag.connection.TurnedAway.Again;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.problem.ProblemWriter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.GracefulShutdownResult;
import org.springframework.boot.web.server.Shutdown;
import org.springframework.boot.web.server.WebServer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import tools.jackson.databind.json.JsonMapper;

class TurnedAwayFilterTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final AnnotationConfigApplicationContext context =
            new AnnotationConfigApplicationContext(WithProblems.class);
    private final TurnedAwayFilter filter = context.getBean(TurnedAwayFilter.class);
    private final CountDownLatch waiting = new CountDownLatch(1);
    private WebServer server;

    @Configuration
    @Import({TurnedAway.class, TurnedAwayFilter.class, ProblemWriter.class})
    static class WithProblems {

        @Bean
        JsonMapper json() {
            return new JsonMapper();
        }
    }

    /** Refuses each request, and the next of its kind until an hour has passed. */
    private static final class Limit extends HttpServlet {

        private static final long serialVersionUID = 1L;
        private final transient TurnedAway turnedAway;

        private Limit(TurnedAway turnedAway) {
            this.turnedAway = turnedAway;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            RequestContextHolder.setRequestAttributes(new ServletRequestAttributes(request));
            turnedAway.remember(
                    Duration.ofHours(1),
                    () -> new Again(
                            new ProblemException(ProblemReason.TOO_MANY_REQUESTS, "Later."), Map.of("X-Again", "1")));
            RequestContextHolder.resetRequestAttributes();
            response.setStatus(429);
        }
    }

    @BeforeEach
    void start() throws Exception {
        TomcatServletWebServerFactory factory = new TomcatServletWebServerFactory(0);
        factory.setShutdown(Shutdown.GRACEFUL);
        server = factory.getWebServer(this::register);
        server.start();
        assertThat(request().get(60, TimeUnit.SECONDS).headers().firstValue("X-Again"))
                .as("the one that is remembered")
                .isEmpty();
    }

    @AfterEach
    void stop() {
        server.stop();
        context.close();
    }

    private void register(ServletContext servlets) {
        Filter observer = (request, response, chain) -> {
            chain.doFilter(request, response);
            if (request.isAsyncStarted()) {
                waiting.countDown();
            }
        };
        Map<String, Filter> filters = new LinkedHashMap<>();
        filters.put("observer", observer);
        filters.put("turned-away", filter);
        filters.forEach((name, one) -> {
            FilterRegistration.Dynamic registered = servlets.addFilter(name, one);
            registered.setAsyncSupported(true);
            registered.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
        });
        ServletRegistration.Dynamic limit = servlets.addServlet("limit", new Limit(context.getBean(TurnedAway.class)));
        limit.setAsyncSupported(true);
        limit.addMapping("/*");
    }

    private CompletableFuture<HttpResponse<String>> request() {
        return HTTP.sendAsync(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getPort() + "/searches"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aRefusalThatWaitsIsSentWhileTheServerStops() throws Exception {
        CompletableFuture<HttpResponse<String>> refused = request();
        assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<GracefulShutdownResult> stopped = new CompletableFuture<>();
        server.shutDownGracefully(stopped::complete);
        assertRefused(refused);
        assertThat(stopped.get(60, TimeUnit.SECONDS)).isEqualTo(GracefulShutdownResult.IDLE);
    }

    @Test
    void refusalsAreSentOnceThePausesHaveEnded() throws Exception {
        CompletableFuture<HttpResponse<String>> refused = request();
        assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
        filter.destroy();
        assertRefused(refused);
        assertRefused(request());
    }

    private static void assertRefused(CompletableFuture<HttpResponse<String>> refused) throws Exception {
        HttpResponse<String> answer = refused.get(60, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("X-Again")).contains("1");
        assertThat(answer.body()).contains("too-many-requests");
    }
}
