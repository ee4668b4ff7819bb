package io.arketic.rag.model;

import io.arketic.embeddings.SettingValue;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configures the language models that compose answers; without an endpoint the extractive answerer does.
 *
 * @param baseUrl of an OpenAI-compatible endpoint, for example {@code https://host/v1}; it is asked for every model that
 *     no other endpoint names
 * @param defaultModel as its endpoint calls it; it also answers where a chat names a model that no endpoint has
 * @param endpoints beside that of {@code baseUrl}, by their names
 * @param failover models to ask, in this order, when the wanted one does not begin to answer
 * @param timeout of a whole answer, with all that is tried for it
 * @param firstTokenTimeout until a model says anything
 * @param attempts at one endpoint, before the first token
 * @param maxTokens of an answer
 * @param contextWindow of models whose endpoint says nothing else, in tokens, prompt and answer together
 * @param parallelAnswers under way at once in this process; more are refused
 * @param pricePerMillionTokens of models without another price, held against the organizations' monthly budgets and
 *     caps; 0 for models of one's own
 * @param prices of single models, for input and output; they come before the prices of endpoints, and are the only
 *     ones of embedding models
 */
@ConfigurationProperties("arketic.chat")
public record ChatProperties(
        @Nullable URI baseUrl,
        @DefaultValue("") String apiKey,
        @DefaultValue("gpt-4o") String defaultModel,
        @DefaultValue List<ModelEndpoint> endpoints,
        @DefaultValue List<String> failover,
        @DefaultValue("3m") Duration timeout,
        @DefaultValue("60s") Duration firstTokenTimeout,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("3") int attempts,
        @DefaultValue("1024") int maxTokens,
        @DefaultValue("8192") int contextWindow,
        @DefaultValue("128") int parallelAnswers,
        @DefaultValue("0") BigDecimal pricePerMillionTokens,
        @DefaultValue List<ModelPrice> prices) {

    /** Names the answerer that needs no endpoint; chats may choose it as their model. */
    public static final String EXTRACTIVE = "extractive";

    private static final String PREFIX = "arketic.chat.";

    public ChatProperties {
        defaultModel = defaultModel.isBlank() ? "gpt-4o" : defaultModel;
        endpoints = List.copyOf(endpoints);
        failover = List.copyOf(failover);
        prices = List.copyOf(prices);
        if (baseUrl != null && !baseUrl.toString().isBlank()) {
            SettingValue.httpAddress(PREFIX + "base-url", baseUrl.toString());
        }
        SettingValue.positive(PREFIX + "timeout", timeout);
        SettingValue.positive(PREFIX + "first-token-timeout", firstTokenTimeout);
        SettingValue.positive(PREFIX + "connect-timeout", connectTimeout);
        SettingValue.atLeast(PREFIX + "attempts", attempts, 1);
        SettingValue.atLeast(PREFIX + "max-tokens", maxTokens, 1);
        SettingValue.atLeast(PREFIX + "parallel-answers", parallelAnswers, 1);
        SettingValue.require(
                contextWindow >= 2 * maxTokens,
                PREFIX + "context-window",
                contextWindow,
                "at least twice " + PREFIX + "max-tokens");
        SettingValue.require(
                pricePerMillionTokens.signum() >= 0,
                PREFIX + "price-per-million-tokens",
                pricePerMillionTokens,
                "at least 0");
        for (int number = 0; number < endpoints.size(); number++) {
            endpoints.get(number).check(PREFIX + "endpoints[" + number + "].");
        }
        SettingValue.require(
                endpoints.stream().map(ModelEndpoint::name).distinct().count() == endpoints.size(),
                PREFIX + "endpoints",
                endpoints.stream().map(ModelEndpoint::name).toList(),
                "of different names");
        for (int number = 0; number < prices.size(); number++) {
            prices.get(number).check(PREFIX + "prices[" + number + "].");
        }
        SettingValue.require(
                prices.stream().map(ModelPrice::model).distinct().count() == prices.size(),
                PREFIX + "prices",
                prices.stream().map(ModelPrice::model).toList(),
                "of different models");
    }

    /**
     * Describes one endpoint.
     *
     * @param models that it has, as it calls them
     * @param contextWindow of its models; null for the deployment's
     * @param pricePerMillionTokens of its models; null for the deployment's
     */
    public record ModelEndpoint(
            String name,
            URI baseUrl,
            @DefaultValue("") String apiKey,
            List<String> models,
            @Nullable Integer contextWindow,
            @Nullable Duration timeout,
            @Nullable BigDecimal pricePerMillionTokens) {

        public ModelEndpoint {
            models = List.copyOf(models);
        }

        private void check(String prefix) {
            SettingValue.require(!name.isBlank(), prefix + "name", name, "a name");
            SettingValue.httpAddress(prefix + "base-url", baseUrl.toString());
            SettingValue.require(!models.isEmpty(), prefix + "models", "", "the names of its models");
            SettingValue.require(
                    contextWindow == null || contextWindow >= 2,
                    prefix + "context-window",
                    contextWindow,
                    "at least 2");
            SettingValue.require(
                    pricePerMillionTokens == null || pricePerMillionTokens.signum() >= 0,
                    prefix + "price-per-million-tokens",
                    pricePerMillionTokens,
                    "at least 0");
            if (timeout != null) {
                SettingValue.positive(prefix + "timeout", timeout);
            }
        }

        /** Shows no key. */
        @Override
        public String toString() {
            return "ModelEndpoint[name=" + name + ", baseUrl=" + baseUrl + ", models=" + models + "]";
        }
    }

    public boolean configured() {
        return general() || !endpoints.isEmpty();
    }

    /** Returns whether an endpoint takes every name of a model. */
    public boolean takesEveryModel() {
        return general();
    }

    /** Returns the models that the settings name: the extractive answerer, those of endpoints, and the default one. */
    public List<String> models() {
        Set<String> models = new LinkedHashSet<>(List.of(EXTRACTIVE));
        endpoints.forEach(endpoint -> models.addAll(endpoint.models()));
        if (general()) {
            models.add(defaultModel);
        }
        return List.copyOf(models);
    }

    private boolean general() {
        return baseUrl != null && !baseUrl.toString().isBlank();
    }

    /** Returns the input of a model that composes no answers, with its cost: without a price of its own, nothing. */
    public Usage input(String model, int tokens) {
        return priced(model, new Usage(tokens, 0));
    }

    /** Returns the use of a model that composes no answers, with its cost: without a price of its own, nothing. */
    public Usage priced(String model, Usage tokens) {
        return tokens.at(price(model, BigDecimal.ZERO));
    }

    /** Returns the price of a model at an endpoint. */
    ModelPrice price(ModelEndpoint endpoint, String model) {
        return price(
                model,
                endpoint.pricePerMillionTokens() == null ? pricePerMillionTokens : endpoint.pricePerMillionTokens());
    }

    private ModelPrice price(String model, BigDecimal otherwise) {
        return prices.stream()
                .filter(price -> price.model().equals(model))
                .findFirst()
                .orElseGet(() -> ModelPrice.ofAll(model, otherwise));
    }

    /** Returns all endpoints; that of {@code baseUrl}, which takes any model, is the last and names none. */
    List<ModelEndpoint> all() {
        List<ModelEndpoint> all = new ArrayList<>(endpoints);
        if (baseUrl != null && general()) {
            all.add(new ModelEndpoint("default", baseUrl, apiKey, List.of(), null, null, null));
        }
        return all;
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "ChatProperties[baseUrl=" + baseUrl + ", defaultModel=" + defaultModel + ", endpoints=" + endpoints
                + "]";
    }
}
