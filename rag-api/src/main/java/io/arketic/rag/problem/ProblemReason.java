package io.arketic.rag.problem;

import java.net.URI;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import org.springframework.http.HttpStatus;

/** Names why a request was refused. A reason's {@link #type()} is part of the API and never changes its meaning. */
public enum ProblemReason {
    MALFORMED_REQUEST(HttpStatus.BAD_REQUEST, "The request cannot be read"),
    UNAUTHENTICATED(HttpStatus.UNAUTHORIZED, "No valid identity"),
    BAD_CREDENTIALS(HttpStatus.UNAUTHORIZED, "Wrong e-mail address or password"),
    REFRESH_TOKEN_INVALID(HttpStatus.UNAUTHORIZED, "The refresh token is not valid"),
    TWO_FACTOR_REQUIRED(HttpStatus.UNAUTHORIZED, "A code of the second factor is required"),
    TWO_FACTOR_CODE_INVALID(HttpStatus.UNAUTHORIZED, "The code of the second factor is not valid"),
    WRONG_PASSWORD(HttpStatus.FORBIDDEN, "Wrong password"),
    SUBSCRIPTION_EXPIRED(HttpStatus.PAYMENT_REQUIRED, "The trial or subscription has ended"),
    FORBIDDEN(HttpStatus.FORBIDDEN, "Not allowed"),
    SECOND_FACTOR_REQUIRED(HttpStatus.FORBIDDEN, "The organization requires a second factor"),
    SIGN_IN_REQUIRED(HttpStatus.FORBIDDEN, "The organization requires the sign-in through its provider"),
    EMAIL_UNVERIFIED(HttpStatus.FORBIDDEN, "The account's e-mail address is not confirmed"),
    API_ACCESS_OFF(HttpStatus.FORBIDDEN, "The organization lets no API keys in"),
    WORKFLOWS_OFF(HttpStatus.FORBIDDEN, "The organization has switched workflows off"),
    NOT_FOUND(HttpStatus.NOT_FOUND, "Not found"),
    MODEL_NOT_FOUND(HttpStatus.NOT_FOUND, "No such model"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "Method not allowed"),
    NOT_ACCEPTABLE(HttpStatus.NOT_ACCEPTABLE, "No such representation"),
    SENT_TOO_SLOWLY(HttpStatus.REQUEST_TIMEOUT, "The request was sent too slowly"),
    EMAIL_TAKEN(HttpStatus.CONFLICT, "The e-mail address is in use"),
    SLUG_TAKEN(HttpStatus.CONFLICT, "The slug is in use"),
    NAME_TAKEN(HttpStatus.CONFLICT, "The name is in use in this folder"),
    FOLDER_IN_ITSELF(HttpStatus.CONFLICT, "A folder cannot be in itself"),
    IN_TRASH(HttpStatus.CONFLICT, "It is in the trash"),
    NOT_IN_TRASH(HttpStatus.CONFLICT, "It is not in the trash"),
    CONFLICT(HttpStatus.CONFLICT, "In conflict with what is there"),
    LAST_OWNER(HttpStatus.CONFLICT, "There would be no owner left"),
    ALREADY_MEMBER(HttpStatus.CONFLICT, "Belongs to it already"),
    CHAT_ARCHIVED(HttpStatus.CONFLICT, "The chat is archived"),
    GROUP_PROVIDED(HttpStatus.CONFLICT, "The organization's directory provides the group"),
    MEMBER_REMOVED(HttpStatus.CONFLICT, "The organization removed this member by hand"),
    NO_MEMBER(HttpStatus.CONFLICT, "The account exists and is no member of the organization"),
    MEMBER_LIMIT(HttpStatus.CONFLICT, "The organization has as many members as it may"),
    UPLOAD_INCOMPLETE(HttpStatus.CONFLICT, "Parts of the upload are missing"),
    IDEMPOTENCY_KEY_UNDER_WAY(HttpStatus.CONFLICT, "The first request under the idempotency key is under way"),
    REINDEX_UNDER_WAY(HttpStatus.CONFLICT, "Another generation is being built"),
    GENERATION_INCOMPLETE(HttpStatus.CONFLICT, "The generation lacks documents"),
    GENERATION_UNAVAILABLE(HttpStatus.CONFLICT, "The generation cannot be used so"),
    STORAGE_LIMIT(HttpStatus.CONTENT_TOO_LARGE, "The organization stores as much as it may"),
    STALE_VERSION(HttpStatus.PRECONDITION_FAILED, "Changed by someone else meanwhile"),
    TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "Too large"),
    UNSUPPORTED_MEDIA_TYPE(HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Media type not supported"),
    INVALID_INPUT(HttpStatus.UNPROCESSABLE_CONTENT, "Invalid input"),
    IDEMPOTENCY_KEY_REUSED(HttpStatus.UNPROCESSABLE_CONTENT, "The idempotency key stands for another request"),
    UNKNOWN_EMBEDDING_MODEL(HttpStatus.UNPROCESSABLE_CONTENT, "No such embedding model here"),
    UNKNOWN_OCR_LANGUAGE(HttpStatus.UNPROCESSABLE_CONTENT, "No such language for scans here"),
    UNSUPPORTED_VECTOR_STORE(HttpStatus.UNPROCESSABLE_CONTENT, "Vector store not supported here"),
    CHUNK_OVERLAP_TOO_LARGE(HttpStatus.UNPROCESSABLE_CONTENT, "The overlap does not fit the chunk size"),
    TOKEN_INVALID(HttpStatus.UNPROCESSABLE_CONTENT, "The token is not valid"),
    INVALID_FILENAME(HttpStatus.UNPROCESSABLE_CONTENT, "Invalid file name"),
    HASH_MISMATCH(HttpStatus.UNPROCESSABLE_CONTENT, "The bytes are not those of the hash"),
    ARCHIVE_REFUSED(HttpStatus.UNPROCESSABLE_CONTENT, "Not a whole archive that this server reads"),
    FOLDER_TOO_DEEP(HttpStatus.UNPROCESSABLE_CONTENT, "The folder is too deep"),
    RANGE_NOT_SATISFIABLE(HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "The file has no such range"),
    INVALID_CURSOR(HttpStatus.UNPROCESSABLE_CONTENT, "Invalid cursor"),
    MODEL_NOT_ALLOWED(HttpStatus.UNPROCESSABLE_CONTENT, "The organization does not allow this model"),
    ANSWER_STOPPED(HttpStatus.CONFLICT, "The answer was stopped"),
    PRECONDITION_REQUIRED(HttpStatus.PRECONDITION_REQUIRED, "If-Match is required"),
    TOO_MANY_REQUESTS(HttpStatus.TOO_MANY_REQUESTS, "Too many requests"),
    AI_REQUEST_LIMIT(HttpStatus.TOO_MANY_REQUESTS, "The organization has used this month's AI requests"),
    AI_BUDGET_SPENT(HttpStatus.TOO_MANY_REQUESTS, "The organization has spent this month's AI budget"),
    CAP_REACHED(HttpStatus.TOO_MANY_REQUESTS, "A cap of the organization is reached"),
    ANSWER_LOST(HttpStatus.INTERNAL_SERVER_ERROR, "The process that answered has ended"),
    INTERNAL(HttpStatus.INTERNAL_SERVER_ERROR, "The server failed"),
    MODEL_UNAVAILABLE(HttpStatus.BAD_GATEWAY, "A model did not answer"),
    NO_ROOM(HttpStatus.SERVICE_UNAVAILABLE, "The server has no room for the body now"),
    MAIL_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "Letters cannot be sent now"),
    STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The object store did not answer"),
    DATABASE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "The database did not answer");

    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

    private final HttpStatus status;
    private final String title;

    ProblemReason(HttpStatus status, String title) {
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** Returns the title in a language of {@code problems_*.properties}, else in English. */
    String title(Locale language) {
        try {
            return ResourceBundle.getBundle("problems", language, NO_FALLBACK).getString(label());
        } catch (MissingResourceException english) {
            return title;
        }
    }

    /** Returns the problem's {@code type}, for example {@code urn:arketic:problem:email-taken}. */
    public URI type() {
        return URI.create("urn:arketic:problem:" + label());
    }

    /** Returns the last part of {@link #type()}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
