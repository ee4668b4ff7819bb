package io.arketic.rag.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.core.MethodParameter;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.converter.ResourceHttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;

class HeadAnswersTest {

    private final AtomicBoolean closed = new AtomicBoolean();
    private final InputStream bytes = new ByteArrayInputStream(new byte[5]) {
        @Override
        public void close() {
            closed.set(true);
        }
    };
    private final InputStreamResource object = new InputStreamResource(bytes);

    @Test
    void aHeadReadsNoBytesAndGivesTheObjectBack() throws Exception {
        assertThat(answered(HttpMethod.HEAD)).isNull();
        assertThat(closed).isTrue();
        assertThat(bytes.available()).isEqualTo(5);
    }

    @Test
    void everyOtherRequestGetsTheBytes() throws Exception {
        assertThat(answered(HttpMethod.GET)).isSameAs(object);
        assertThat(closed).isFalse();
    }

    private @Nullable Object answered(HttpMethod method) throws Exception {
        ServerHttpRequest request = (ServerHttpRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ServerHttpRequest.class},
                (self, called, arguments) -> method);
        ServerHttpResponse response = (ServerHttpResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ServerHttpResponse.class}, (self, called, arguments) -> {
                    throw new UnsupportedOperationException(called.getName());
                });
        return new HeadAnswers()
                .beforeBodyWrite(
                        object,
                        new MethodParameter(Object.class.getMethod("toString"), -1),
                        MediaType.APPLICATION_OCTET_STREAM,
                        ResourceHttpMessageConverter.class,
                        request,
                        response);
    }
}
