package io.arketic.rag.document;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import jakarta.validation.constraints.Pattern;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Serves {@code /documents/{document}/preview}. */
@RestController
@RequestMapping("/api/v1/documents/{document}/preview")
class PreviewController {

    private final Documents documents;
    private final DocumentFiles files;
    private final DocumentPreviews previews;

    PreviewController(Documents documents, DocumentFiles files, DocumentPreviews previews) {
        this.documents = documents;
        this.files = files;
        this.previews = previews;
    }

    @Operation(
            summary = "See a preview of a file",
            description =
                    "A PNG image of a picture (PNG, JPEG, GIF, BMP, TIFF), or of the first page of a PDF: `page` with at most "
                            + "1,200 pixels on its longer side, `thumbnail` with at most 256. It is drawn when it is "
                            + "asked for first, which takes some seconds. A file that cannot be drawn, or has more "
                            + "than 100 MiB or 70 million pixels, has none (404).")
    @ApiResponse(
            responseCode = "200",
            description = "The image",
            content =
                    @Content(
                            mediaType = MediaType.IMAGE_PNG_VALUE,
                            schema = @Schema(type = "string", format = "binary")))
    @ApiResponse(responseCode = "304", description = "The image has not changed", content = @Content)
    @Requires(Permission.DOCUMENT_READ)
    @GetMapping
    ResponseEntity<InputStreamResource> preview(
            Caller caller,
            @PathVariable UUID document,
            @RequestParam(defaultValue = "page")
                    @Pattern(regexp = DocumentPreviews.Size.NAMES, message = "must be page or thumbnail")
                    String size,
            @RequestHeader(value = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch) {
        DocumentAccess access = documents.require(caller, document);
        StoredFile file = files.find(access, null);
        String etag = "\"" + file.hash() + "-" + size + "\"";
        if (Download.isKnown(ifNoneMatch, etag)) {
            return ResponseEntity.status(HttpStatus.NOT_MODIFIED).eTag(etag).build();
        }
        StoredObject image = previews.open(access, file, DocumentPreviews.Size.valueOf(size.toUpperCase(Locale.ROOT)));
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok()
                .eTag(etag)
                .cacheControl(CacheControl.noCache().cachePrivate())
                .contentType(MediaType.IMAGE_PNG)
                .header("Content-Security-Policy", "default-src 'none'; sandbox");
        if (image.size() >= 0) {
            answer.contentLength(image.size());
        }
        return answer.body(new InputStreamResource(image.bytes()));
    }
}
