package io.arketic.rag.answer;

import io.arketic.rag.attendance.Cancellation;
import io.arketic.rag.extractive.ContentWords;
import io.arketic.rag.model.AnswerBroken;
import io.arketic.rag.model.ChatProperties;
import io.arketic.rag.model.EchoFilter;
import io.arketic.rag.model.ModelRoutes;
import io.arketic.rag.model.ModelRoutes.Completion;
import io.arketic.rag.model.ModelRoutes.Route;
import io.arketic.rag.model.OpenAiEndpoint.Call;
import io.arketic.rag.model.OpenAiEndpoint.Message;
import io.arketic.rag.model.OutputFilter;
import io.arketic.rag.model.Usage;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.search.ChunkHit;
import io.arketic.schema.tenancy.TenantContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls language models behind OpenAI-compatible endpoints. They receive the passages numbered and marked as data.
 * {@link OutputFilter} passes their text on, and no part of it makes this server act.
 */
final class LanguageModel implements ChatModel {

    /** Finds the keys of users and organizations for providers, which have the names of endpoints. */
    interface OwnKeys {
        Optional<String> keyFor(TenantContext asker, String provider);
    }

    private static final String CONDENSE = """
            Write the last question of the conversation so that it is understood without the conversation: put in what its
            words point to. Keep its language. Write the question and nothing else. If it is understood by itself, repeat it.
            """;

    private static final int CONDENSED_TOKENS = 128;
    /** Estimates the turns that are condensed, each cut to its limit. */
    private static final int CONDENSING_TOKENS = 3000;

    private static final int CONDENSED_CHARACTERS = 500;
    private static final int TURN_CHARACTERS = 1000;

    private final ChatProperties settings;
    private final ModelRoutes routes;
    private final OwnKeys ownKeys;
    private final Clock clock;

    LanguageModel(ChatProperties settings, OwnKeys ownKeys, Clock clock) {
        this.settings = settings;
        this.ownKeys = ownKeys;
        this.clock = clock;
        this.routes = new ModelRoutes(settings);
    }

    @Override
    public Usage expected(String model, ExpectedPrompt prompt, Predicate<String> ownKey) {
        Predicate<Route> free = route -> ownKey.test(provider(route));
        Usage answer = routes.expected(model, prompt.whole(), settings.maxTokens(), free);
        return prompt.conversation()
                ? answer.plus(routes.expected(model, CONDENSING_TOKENS, CONDENSED_TOKENS, free))
                : answer;
    }

    @Override
    public Standalone standalone(Question question, Cancellation cancellation) {
        String byRule = StandaloneQuestion.of(question);
        if (question.earlier().isEmpty()
                || ContentWords.english(question.text()) && !StandaloneQuestion.needsConversation(question.text())) {
            return new Standalone(byRule, Usage.NONE);
        }
        List<Message> messages = new ArrayList<>();
        messages.add(new Message("system", CONDENSE));
        StringBuilder conversation = new StringBuilder();
        question.earlier()
                .forEach(turn -> conversation
                        .append(turn.fromUser() ? "Person: " : "Answer: ")
                        .append(
                                turn.text(),
                                0,
                                Math.min(TURN_CHARACTERS, turn.text().length()))
                        .append('\n'));
        messages.add(new Message("user", conversation + "Last question: " + question.text()));
        try {
            Completion<Condensing> done = routes.complete(
                    routes.to(model(question)),
                    route -> new Condensing(route.model(), messages, key(question, route)),
                    cancellation);
            String text = done.attempt().text.toString().strip();
            boolean usable = !text.isEmpty()
                    && text.length() <= CONDENSED_CHARACTERS
                    && text.lines().count() == 1;
            return new Standalone(usable ? text : byRule, done.usage());
        } catch (ModelRoutes.Failed failed) {
            if (cancellation.isCancelled()) {
                throw failed.broken();
            }
            return new Standalone(byRule, failed.usage());
        }
    }

    @Override
    public Composition compose(
            Question question,
            String standalone,
            List<ChunkHit> hits,
            Consumer<String> pieces,
            Cancellation cancellation) {
        Completion<Composing> done;
        try {
            done = routes.complete(
                    routes.to(model(question)),
                    route -> new Composing(
                            route,
                            question,
                            Prompt.fit(
                                    question,
                                    standalone,
                                    hits,
                                    route.contextWindow() - settings.maxTokens(),
                                    clock.instant()),
                            pieces),
                    cancellation);
        } catch (ModelRoutes.Failed failed) {
            throw failed.broken();
        }
        OutputFilter filter = done.attempt().filter;
        filter.end();
        String content = filter.content();
        String model = done.route().model();
        if (content.isBlank() || content.strip().equals(EchoFilter.CUT)) {
            throw new AnswerBroken(
                    new ProblemException(ProblemReason.MODEL_UNAVAILABLE, "The language model gave no answer."),
                    model,
                    done.usage());
        }
        List<Citation> citations = new ArrayList<>();
        for (int number : filter.cited()) {
            ChunkHit hit = done.attempt().prompt.sources().get(number - 1);
            citations.add(ChatModel.cite(number, hit, hit.start(), hit.end(), hit.text()));
        }
        return new Composition(content, model, done.usage(), support(content, citations), citations);
    }

    /** Returns the user's own key before that of the organization; null selects the deployment's. */
    private @Nullable String key(Question question, Route route) {
        return ownKeys.keyFor(question.membership().context(), provider(route)).orElse(null);
    }

    private static String provider(Route route) {
        return route.endpoint().name().toLowerCase(Locale.ROOT);
    }

    private String model(Question question) {
        return question.model() == null ? settings.defaultModel() : question.model();
    }

    /** Returns the share of the answer's content words in the cited passages. */
    private static double support(String content, List<Citation> citations) {
        Set<String> said = ContentWords.of(content.replaceAll("\\[\\d+]", " "));
        Set<String> cited = new HashSet<>();
        citations.forEach(citation -> cited.addAll(ContentWords.of(citation.quote())));
        return said.isEmpty()
                ? 0
                : (double) said.stream().filter(cited::contains).count() / said.size();
    }

    /** Runs one try to answer. */
    private final class Composing implements ModelRoutes.Attempt {

        private final Prompt prompt;
        private final Call call;
        private final OutputFilter filter;
        private boolean begun;

        Composing(Route route, Question question, Prompt prompt, Consumer<String> pieces) {
            this.prompt = prompt;
            this.call = new Call(
                    route.model(),
                    prompt.messages(),
                    question.temperature(),
                    settings.maxTokens(),
                    key(question, route));
            List<String> secrets = new ArrayList<>(List.of(Prompt.RULES_BEGIN, Prompt.RULES_END));
            if (question.instructions() != null) {
                secrets.add(question.instructions());
            }
            this.filter = new OutputFilter(prompt.sources(), secrets, pieces);
        }

        @Override
        public Call call() {
            return call;
        }

        @Override
        public void accept(String piece) {
            begun = true;
            filter.accept(piece);
        }

        @Override
        public boolean begun() {
            return begun;
        }
    }

    /** Runs one try to condense a conversation; no user sees its text, so it may be tried again after any failure. */
    private static final class Condensing implements ModelRoutes.Attempt {

        private final Call call;
        private final StringBuilder text = new StringBuilder();

        Condensing(String model, List<Message> messages, @Nullable String apiKey) {
            this.call = new Call(model, messages, 0, CONDENSED_TOKENS, apiKey);
        }

        @Override
        public Call call() {
            return call;
        }

        @Override
        public void accept(String piece) {
            text.append(piece);
        }

        @Override
        public boolean begun() {
            return false;
        }
    }
}
