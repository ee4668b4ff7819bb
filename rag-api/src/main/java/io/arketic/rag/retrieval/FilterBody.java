package io.arketic.rag.retrieval;

import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.schema.search.SearchFilter;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Narrows a search, in the form of requests. Each part narrows the others, and none shows anything that the caller may
 * not read.
 *
 * @param paths of documents, or of folders with all that lies below them
 * @param metadata of keys that users gave their documents, the values that they may have
 * @param from first day, UTC, of the document's own date or else of its file's
 * @param until last day
 * @param includeLowQuality whether passages of little content, such as page numbers and lines of dots, are also returned beside others
 *     of their document
 * @param includeDisabled whether passages that users switched off are also returned. Only a search over HTTP has it, for
 *     callers that may edit each of its knowledge bases; answers never use such passages
 */
@Schema(example = """
        {"paths": ["reports/2024"], "file_types": ["pdf"], "from": "2024-01-01"}""")
public record FilterBody(
        @Nullable @Size(min = 1, max = 100) List<@NotNull UUID> documentIds,
        @Nullable @Size(min = 1, max = 50) List<@NotBlank @Size(max = 500) String> paths,
        @Nullable @Size(min = 1, max = 50) List<@NotBlank @Size(max = 50) String> fileTypes,
        @Nullable @Size(min = 1, max = 50) List<@NotBlank @Size(max = 35) String> languages,
        @Nullable LocalDate from,
        @Nullable LocalDate until,
        @Nullable @Min(1) Integer firstPage,
        @Nullable @Min(1) Integer lastPage,
        @Nullable @Size(min = 1, max = 200) String title,
        @Nullable @Size(min = 1, max = 200) String author,

        @Nullable @Size(min = 1, max = 20)
        Map<@NotBlank @Size(max = 100) String, @NotNull @Size(min = 1, max = 50) List<@NotNull @Size(max = 500) String>>
                metadata,

        @Nullable Boolean includeLowQuality,
        @Nullable Boolean includeDisabled) {

    private static final int LAST_YEAR = 9998;

    private static final String INCLUDE_DISABLED = "filter.include_disabled";

    /** Returns the filter of an answer; without a body there is no condition. */
    public static SearchFilter of(@Nullable FilterBody body) {
        if (body != null && body.includeDisabled != null) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, INCLUDE_DISABLED, "is a field of searches over HTTP only");
        }
        return body == null ? SearchFilter.NONE : body.filter();
    }

    /**
     * Returns the filter of a search.
     *
     * @param mayEdit refuses the field that it is given unless the caller may edit all that is searched
     */
    static SearchFilter ofSearch(@Nullable FilterBody body, Consumer<String> mayEdit) {
        if (body == null) {
            return SearchFilter.NONE;
        }
        SearchFilter filter = body.filter();
        if (filter.disabled()) {
            mayEdit.accept(INCLUDE_DISABLED);
        }
        return filter;
    }

    private SearchFilter filter() {
        refuseUnlessPlain(from, "filter.from");
        refuseUnlessPlain(until, "filter.until");
        if (from != null && until != null && until.isBefore(from)) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "filter.until", "must not be before from");
        }
        if (firstPage != null && lastPage != null && lastPage < firstPage) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "filter.last_page", "must not be before first_page");
        }
        return new SearchFilter(
                        listed(documentIds),
                        listed(paths),
                        listed(fileTypes),
                        listed(languages),
                        from == null ? null : from.atStartOfDay().toInstant(ZoneOffset.UTC),
                        until == null ? null : until.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC),
                        firstPage,
                        lastPage,
                        title,
                        author)
                .and(metadata == null ? Map.of() : metadata)
                .andLowQuality(Boolean.TRUE.equals(includeLowQuality))
                .andDisabled(Boolean.TRUE.equals(includeDisabled));
    }

    private static void refuseUnlessPlain(@Nullable LocalDate day, String field) {
        if (day != null && (day.getYear() < 1 || day.getYear() > LAST_YEAR)) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, field, "must be of the years 1 to " + LAST_YEAR);
        }
    }

    private static <T> List<T> listed(@Nullable List<T> given) {
        return given == null ? List.of() : given;
    }
}
