package io.arketic.rag.generation;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.EntityTag;
import io.arketic.rag.listing.Page;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /knowledge-bases/{kb}/judged-questions}. */
@RestController
@RequestMapping("/api/v1/knowledge-bases/{knowledgeBase}/judged-questions")
class JudgedQuestionController {

    @Schema(name = "JudgedQuestionCreation", example = """
            {"question": "How often is the filter changed?", "relevant_document_ids": []}""")
    record JudgedQuestionCreation(
            @NotBlank @Size(max = 4000) String question,
            @NotNull @Size(max = 100) List<@NotNull UUID> relevantDocumentIds) {}

    @Schema(name = "JudgedQuestionChange", example = """
            {"question": "How often is the filter changed?"}""")
    record JudgedQuestionChange(
            @Nullable @Size(min = 1, max = 4000) String question,
            @Nullable @Size(max = 100) List<@NotNull UUID> relevantDocumentIds) {}

    private final KnowledgeBases knowledgeBases;
    private final JudgedQuestions questions;

    JudgedQuestionController(KnowledgeBases knowledgeBases, JudgedQuestions questions) {
        this.knowledgeBases = knowledgeBases;
        this.questions = questions;
    }

    @Operation(
            summary = "Keep a question with the documents that answer it",
            description =
                    "At most 100 of a knowledge base. `…/reindex/compare` with `judged` asks them of two generations, before one goes live.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    JudgedQuestion create(
            Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody JudgedQuestionCreation creation) {
        return questions.create(
                knowledgeBases.require(caller, knowledgeBase),
                text(creation.question()),
                Set.copyOf(creation.relevantDocumentIds()));
    }

    @Operation(summary = "List the judged questions of a knowledge base, the newest first")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping
    Page<JudgedQuestion> list(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @RequestParam(defaultValue = "50") @Min(1) @Max(200) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return Page.of(
                questions.list(knowledgeBases.require(caller, knowledgeBase), Cursor.parse(cursor), limit + 1),
                limit,
                JudgedQuestion::id);
    }

    @Operation(summary = "See a judged question")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/{question}")
    ResponseEntity<JudgedQuestion> get(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable UUID question) {
        return answer(questions.require(knowledgeBases.require(caller, knowledgeBase), question));
    }

    @Operation(
            summary = "Change a judged question",
            description = "A list of documents replaces the earlier one. Documents that the caller may not read stay.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PatchMapping("/{question}")
    ResponseEntity<JudgedQuestion> change(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @PathVariable UUID question,
            @RequestHeader(value = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody JudgedQuestionChange change) {
        return answer(questions.change(
                knowledgeBases.require(caller, knowledgeBase),
                question,
                EntityTag.required(ifMatch),
                change.question() == null ? null : text(change.question()),
                change.relevantDocumentIds() == null ? null : Set.copyOf(change.relevantDocumentIds())));
    }

    @Operation(summary = "Delete a judged question")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @DeleteMapping("/{question}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable UUID knowledgeBase, @PathVariable UUID question) {
        questions.delete(knowledgeBases.require(caller, knowledgeBase), question);
    }

    private static String text(String question) {
        String text = question.strip();
        if (text.isEmpty() || text.indexOf('\0') >= 0) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "question", "must hold text, without NUL");
        }
        return text;
    }

    private static ResponseEntity<JudgedQuestion> answer(JudgedQuestion question) {
        return ResponseEntity.ok().eTag(question.etag().text()).body(question);
    }
}
