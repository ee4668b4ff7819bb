package io.arketic.rag.chat;

import io.arketic.rag.answer.AnswerStreams;
import io.arketic.rag.caller.Caller;
import io.arketic.rag.permission.Permission;
import io.arketic.rag.permission.Requires;
import io.arketic.rag.problem.ProblemException;
import io.arketic.rag.problem.ProblemReason;
import io.arketic.rag.storage.DownloadLink;
import io.arketic.rag.storage.ObjectStorage.StoredObject;
import io.swagger.v3.oas.annotations.Operation;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.multipart.MultipartFile;

/** Serves {@code /chats/{chat}/files} and their bytes. */
@RestController
@RequestMapping("/api/v1")
class ChatFileController {

    private static final int MOST = 20;

    record Stored(List<ChatMessage> items) {}

    private final Chats chats;
    private final Messages messages;
    private final ChatFiles files;
    private final FileDescriptions descriptions;
    private final AnswerStreams streams;

    ChatFileController(
            Chats chats, Messages messages, ChatFiles files, FileDescriptions descriptions, AnswerStreams streams) {
        this.chats = chats;
        this.messages = messages;
        this.files = files;
        this.descriptions = descriptions;
        this.streams = streams;
    }

    @Operation(
            summary = "Put files into a chat, each as a separate message",
            description =
                    "PNG, JPEG, GIF and WebP become messages of the type image, MP3, WAV, FLAC, Ogg and M4A of the type "
                            + "audio, and all others of the type file. They count as the organization's storage and are not added to knowledge bases.")
    @Requires(Permission.CHAT_WRITE)
    @PostMapping(value = "/chats/{chat}/files", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @ResponseStatus(HttpStatus.CREATED)
    Stored add(
            Caller caller,
            @PathVariable UUID chat,
            @RequestParam(required = false) @Nullable List<MultipartFile> files) {
        ChatAccess access = chats.require(caller, chat).uploading();
        if (files == null || files.isEmpty() || files.size() > MOST) {
            throw ProblemException.ofField(
                    ProblemReason.INVALID_INPUT, "files", "must hold from one to " + MOST + " files");
        }
        return new Stored(
                files.stream().map(file -> this.files.add(access, file)).toList());
    }

    /** Serves the bytes for saving, and only images for display in our origin: any participant may have sent them. */
    @Operation(summary = "Download the file of a message")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/messages/{message}/content")
    ResponseEntity<InputStreamResource> content(Caller caller, @PathVariable UUID message) {
        MessageAccess access = messages.require(caller, message);
        ChatFile file = file(access);
        boolean image = access.message().messageType().equals("image");
        StoredObject object = files.open(access);
        ContentDisposition.Builder disposition = image ? ContentDisposition.inline() : ContentDisposition.attachment();
        return ResponseEntity.ok()
                .contentType(image ? MediaType.parseMediaType(file.mediaType()) : MediaType.APPLICATION_OCTET_STREAM)
                .contentLength(file.fileSize())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        disposition
                                .filename(file.filename(), StandardCharsets.UTF_8)
                                .build()
                                .toString())
                .header("Content-Security-Policy", "default-src 'none'; sandbox")
                .body(new InputStreamResource(object.bytes()));
    }

    @Operation(
            summary = "Have a model describe the file of a message",
            description =
                    "A picture gets a caption and sound a transcript, in `file.description`. It is charged as a question."
                            + " A stored description is returned without a charge, unless `again` is true."
                            + " 409 says that no model of this deployment describes such a file, or that another call does it now.")
    @Requires(Permission.CHAT_WRITE)
    @PostMapping("/messages/{message}/description")
    DeferredResult<ChatMessage> describe(
            Caller caller, @PathVariable UUID message, @RequestParam(defaultValue = "false") boolean again) {
        MessageAccess access = messages.require(caller, message).describing();
        ChatFile file = file(access);
        return streams.whole(
                access.chat().membership().organizationId(),
                cancellation -> descriptions.describe(access, file, again, cancellation));
    }

    @Operation(
            summary = "Get a link to download the file of a message from the store itself",
            description = "The link opens for a few minutes without a token, for every holder; only the store "
                    + "must be reachable. A user who has lost the chat gets no new link.")
    @Requires(Permission.CHAT_READ)
    @GetMapping("/messages/{message}/content/link")
    DownloadLink link(Caller caller, @PathVariable UUID message) {
        MessageAccess access = messages.require(caller, message);
        return files.link(access, file(access));
    }

    private static ChatFile file(MessageAccess access) {
        ChatFile file = access.message().file();
        if (file == null) {
            throw ProblemException.notFound("file");
        }
        return file;
    }
}
