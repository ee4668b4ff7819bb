package io.arketic.rag.portable;

import io.arketic.rag.bulkhead.Bulkhead;
import io.arketic.rag.bulkhead.Bulkhead.Place;
import io.arketic.rag.bulkhead.Bulkheads;
import io.arketic.rag.bulkhead.Kind;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.knowledge.KnowledgeBases;
import io.arketic.rag.listing.Cursor;
import io.arketic.rag.listing.Page;
import io.arketic.rag.organization.Membership;
import io.arketic.rag.organization.Memberships;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.portable.KnowledgeExport.Plan;
import io.arketic.rag.portable.KnowledgeImport.Imported;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** Serves {@code /knowledge-bases/{kb}/export} and {@code /organizations/{org}/knowledge-bases/import}. */
@RestController
@RequestMapping("/api/v1")
class PortableController {

    private static final MediaType ZIP = MediaType.parseMediaType("application/zip");

    @Schema(name = "KnowledgeBaseExport", example = """
            {"originals": false}""")
    record ExportRequest(@Nullable Boolean originals) {}

    /** Maps a document of an archive to the one here. */
    record ImportedDocument(UUID id, UUID sourceDocumentId, UUID documentId) {}

    private final KnowledgeBases knowledgeBases;
    private final Memberships memberships;
    private final KnowledgeExport export;
    private final KnowledgeImport imports;
    private final ImportedRows rows;
    private final Bulkhead exportPlaces;
    private final Bulkhead importPlaces;

    PortableController(
            KnowledgeBases knowledgeBases,
            Memberships memberships,
            KnowledgeExport export,
            KnowledgeImport imports,
            ImportedRows rows,
            Bulkheads bulkheads) {
        this.knowledgeBases = knowledgeBases;
        this.memberships = memberships;
        this.export = export;
        this.imports = imports;
        this.rows = rows;
        this.exportPlaces = bulkheads.of(Kind.EXPORTS);
        this.importPlaces = bulkheads.of(Kind.IMPORTS);
    }

    @Operation(
            summary = "Export a knowledge base as an archive",
            description =
                    "A ZIP of texts, structure, chunks, vectors, ledger and the places that answers cite, as far as you see"
                            + " them; with `originals` the files, too. Its last entry, `manifest.json`, has the SHA-256 of each entry and"
                            + " their Merkle root: an archive without it was cut.")
    @Requires(Permission.KNOWLEDGE_EXPORT)
    @PostMapping("/knowledge-bases/{knowledgeBase}/export")
    @ApiResponse(
            responseCode = "200",
            description = "The archive",
            content = @Content(mediaType = "application/zip", schema = @Schema(type = "string", format = "binary")))
    ResponseEntity<StreamingResponseBody> export(
            Caller caller, @PathVariable UUID knowledgeBase, @Valid @RequestBody ExportRequest request) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        Plan plan = export.plan(access, Boolean.TRUE.equals(request.originals()));
        return ResponseEntity.ok()
                .contentType(ZIP)
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        ContentDisposition.attachment()
                                .filename(access.knowledgeBase().name() + ".arketic.zip", StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .body(exportPlaces.writing(access.membership().organizationId(), target -> export.write(plan, target)));
    }

    /** Answers once the base is complete, which may take minutes. */
    @Operation(
            summary = "Import an archive as a new knowledge base",
            description =
                    "Nothing is embedded: the base has the archive's chunks and vectors, and you own it. A changed or cut archive is"
                            + " refused before anything is written. After an import that broke off, send the archive again: it goes on"
                            + " where it was. With `merkle_root`, an archive of another one is refused.")
    @Requires(Permission.KNOWLEDGE_WRITE)
    @PostMapping(
            path = "/organizations/{organization}/knowledge-bases/import",
            consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    Imported importing(
            Caller caller,
            @PathVariable UUID organization,
            @RequestParam(required = false) @Nullable List<MultipartFile> files,
            @RequestParam(required = false) @Size(min = 1, max = 200) @Nullable String name,
            @RequestParam(name = "knowledge_base_type", defaultValue = "shared")
                    @Pattern(regexp = "personal|shared|public", message = "must be personal, shared or public")
                    String type,
            @RequestParam(name = "merkle_root", required = false)
                    @Pattern(regexp = "[0-9a-fA-F]{64}", message = "must be 64 hexadecimal digits")
                    @Nullable
                    String merkleRoot) {
        Membership membership = memberships.require(caller, organization);
        if (files == null || files.size() != 1) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "files", "must hold exactly one archive");
        }
        if (name != null && name.isBlank()) {
            throw ProblemException.ofField(ProblemReason.INVALID_INPUT, "name", "must not be blank");
        }
        Path archive = null;
        try (Place place = importPlaces.enter(membership.organizationId(), membership.userId())) {
            archive = Files.createTempFile("arketic-import", ".zip");
            files.get(0).transferTo(archive);
            return imports.run(membership, archive, name == null ? null : name.strip(), type, merkleRoot);
        } catch (IOException broken) {
            throw new ProblemException(ProblemReason.MALFORMED_REQUEST, "The upload broke off.", broken);
        } finally {
            delete(archive);
        }
    }

    @Operation(
            summary = "List which documents of the archive became which ones of an imported knowledge base",
            description = "`source_document_id` is the id where the archive was exported, which its citations name.")
    @Requires(Permission.KNOWLEDGE_READ)
    @GetMapping("/knowledge-bases/{knowledgeBase}/imported-documents")
    Page<ImportedDocument> imported(
            Caller caller,
            @PathVariable UUID knowledgeBase,
            @RequestParam(defaultValue = "200") @Min(1) @Max(1000) int limit,
            @RequestParam(required = false) @Nullable String cursor) {
        KnowledgeAccess access = knowledgeBases.require(caller, knowledgeBase);
        return Page.of(
                rows.documents(access.membership(), knowledgeBase, Cursor.parse(cursor), limit + 1),
                limit,
                ImportedDocument::id);
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            throw new ProblemException(ProblemReason.INTERNAL, "A file of this process cannot be deleted.", left);
        }
    }
}
