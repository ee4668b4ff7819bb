package io.arketic.rag.chat;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /messages/{message}/feedback} and {@code …/citations}. */
@RestController
@RequestMapping("/api/v1/messages/{message}")
class AnsweredController {

    private static final String RATINGS = "up|down";

    @Schema(example = "{\"rating\": \"up\", \"comment\": \"Just what I looked for\"}")
    record Rating(
            @NotNull @Pattern(regexp = RATINGS, message = "must be " + RATINGS)
            String rating,

            @Nullable @Size(max = 2000) String comment) {}

    record Ratings(List<Feedback> items) {}

    record CitedPassages(List<CitedPassage> items) {}

    private final Messages messages;
    private final Answered answered;

    AnsweredController(Messages messages, Answered answered) {
        this.messages = messages;
        this.answered = answered;
    }

    @Operation(summary = "Rate an answer", description = "Your latest rating replaces the earlier one.")
    @Requires(Permission.CHAT_TAKE_PART)
    @PostMapping("/feedback")
    Feedback rate(Caller caller, @PathVariable UUID message, @Valid @RequestBody Rating rating) {
        return answered.rate(messages.require(caller, message), rating.rating(), rating.comment());
    }

    @Operation(summary = "See the ratings of an answer")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/feedback")
    Ratings ratings(Caller caller, @PathVariable UUID message) {
        return new Ratings(answered.feedback(messages.require(caller, message)));
    }

    @Operation(summary = "Remove your rating of an answer")
    @Requires(Permission.CHAT_TAKE_PART)
    @DeleteMapping("/feedback")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void unrate(Caller caller, @PathVariable UUID message) {
        answered.unrate(messages.require(caller, message));
    }

    @Operation(
            summary = "See where an answer's citations lead now",
            description = "Each citation has the text around it and a link to the original, also after the "
                    + "document was embedded again. If the document was replaced or deleted, the citation "
                    + "says so and keeps the quote.")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/citations")
    CitedPassages citations(Caller caller, @PathVariable UUID message) {
        return new CitedPassages(answered.citations(messages.require(caller, message)));
    }
}
