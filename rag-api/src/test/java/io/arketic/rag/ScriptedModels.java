package io.arketic.rag;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.arketic.rag.answer.SilentEndpoint;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs the application with badly behaving language models, a separate one for each kind. */
record ScriptedModels(WireMockServer thief, WireMockServer models, SilentEndpoint silent, RunningApi api) {

    static final int GOOD_PRICE = 2000;
    private static final String HALF = "data: {\"choices\":[{\"delta\":{\"content\":\"Every \"}}]}\n\n";

    private static @Nullable ScriptedModels shared;

    /** Returns one for all classes that ask these models; it ends with the process. */
    static synchronized ScriptedModels shared() throws IOException {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    static Map<String, ResponseDefinitionBuilder> badAnswers() {
        Map<String, ResponseDefinitionBuilder> answers = new LinkedHashMap<>();
        answers.put("busy", aResponse().withStatus(429).withHeader("Retry-After", "0"));
        answers.put("failing", aResponse().withStatus(500).withBody("{\"error\":\"secret-of-the-upstream\"}"));
        answers.put("garbage", aResponse().withBody("data: <html>\n\n"));
        answers.put("half", aResponse().withBody(HALF));
        answers.put("mute", aResponse().withFixedDelay(60_000).withBody("data: [DONE]\n\n"));
        answers.put(
                "calling",
                aResponse()
                        .withBody(
                                "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"function\":{\"name\":\"rm\"}}]}}]}\n\n"
                                        + "data: [DONE]\n\n"));
        answers.put("endless", aResponse().withBody(HALF.repeat(20_000) + "data: [DONE]\n\n"));
        return answers;
    }

    private static ScriptedModels start() throws IOException {
        WireMockServer thief = new WireMockServer(wireMockConfig().dynamicPort());
        thief.start();
        thief.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(200)));
        WireMockServer models =
                new WireMockServer(wireMockConfig().dynamicPort().extensions(new ObedientModel(thief.baseUrl())));
        models.start();
        SilentEndpoint silent = new SilentEndpoint(true);
        Map<String, Object> settings = new HashMap<>(Map.of(
                "arketic.chat.attempts",
                2,
                "arketic.chat.first-token-timeout",
                "2s",
                "arketic.chat.timeout",
                "20s",
                "arketic.chat.price-per-million-tokens",
                10,
                "arketic.limit.chat",
                0,
                "arketic.media.base-url",
                models.baseUrl() + "/media",
                "arketic.media.caption-model",
                "seer",
                "arketic.media.transcription-model",
                "scribe"));
        Map<String, ResponseDefinitionBuilder> all = badAnswers();
        all.put("good", aResponse().withBody(HALF + HALF + "data: [DONE]\n\n"));
        all.put("obedient", aResponse().withTransformers(ObedientModel.NAME));
        int number = 0;
        for (Map.Entry<String, ResponseDefinitionBuilder> model : all.entrySet()) {
            String path = "/" + model.getKey();
            models.stubFor(post(path + "/chat/completions").willReturn(model.getValue()));
            endpoint(settings, number++, model.getKey(), models.baseUrl() + path);
        }
        endpoint(settings, number, "silent", silent.address());
        settings.put("arketic.chat.endpoints[" + badAnswers().size() + "].price-per-million-tokens", GOOD_PRICE);
        return new ScriptedModels(thief, models, silent, RunningApi.start("127.0.0.1:1", settings));
    }

    /** Sets one model and its endpoint. */
    static void endpoint(Map<String, Object> settings, int number, String model, String address) {
        String prefix = "arketic.chat.endpoints[" + number + "].";
        settings.put(prefix + "name", model);
        settings.put(prefix + "models", model);
        settings.put(prefix + "base-url", address);
    }
}
