package io.arketic.rag.ingestion;

import io.arketic.rag.caller.Caller;
import io.arketic.rag.deployment.EventOutput;
import io.arketic.rag.knowledge.KnowledgeAccess;
import io.arketic.rag.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Represents one reader of a stream of progress. A slow reader receives only the newest state. Safe for several
 * threads.
 */
final class ProgressViewer {

    private static final byte[] BEAT = ":still here\n\n".getBytes(StandardCharsets.UTF_8);

    private final Caller caller;
    private final Supplier<KnowledgeAccess> access;
    private final Function<KnowledgeAccess, ?> progress;
    private final JsonMapper json;
    private @Nullable EventOutput output;
    private byte @Nullable [] latest;
    private byte @Nullable [] sent;
    private boolean gone;

    /** @param access throws a problem once the caller may not see the knowledge base any more */
    ProgressViewer(
            Caller caller, Supplier<KnowledgeAccess> access, Function<KnowledgeAccess, ?> progress, JsonMapper json) {
        this.caller = caller;
        this.access = access;
        this.progress = progress;
        this.json = json;
    }

    Caller caller() {
        return caller;
    }

    /** Sets the output, once; no event is sent before. */
    synchronized void writeTo(EventOutput opened) {
        output = opened;
    }

    synchronized boolean isGone() {
        return gone;
    }

    /** @throws ProblemException when the caller may not see it */
    KnowledgeAccess requireAccess() {
        return access.get();
    }

    /** Returns what the caller may see now; throws {@link ProblemException} if it may see nothing any more. */
    Object look() {
        return progress.apply(requireAccess());
    }

    /** Sends an event at once or when there is room, unless a newer one comes first. */
    void offer(byte[] event) {
        synchronized (this) {
            latest = event;
        }
        sendLatest();
    }

    synchronized void sendLatest() {
        EventOutput opened = output;
        byte[] event = latest;
        if (!gone && opened != null && event != null && event != sent && opened.write(event)) {
            sent = event;
        }
    }

    /** Disconnects a reader that has taken no waiting byte since the last call. */
    synchronized void beat() {
        EventOutput opened = output;
        if (gone || opened == null) {
            return;
        }
        if (opened.stalled()) {
            gone = true;
            opened.abandon();
        } else {
            opened.write(BEAT);
        }
    }

    /** Sends the reason, and ends. */
    synchronized void refuse(ProblemException problem) {
        EventOutput opened = output;
        if (!gone && opened != null) {
            opened.write(event("error", problem.body()));
        }
        end();
    }

    byte[] event(String name, Object data) {
        return ("event:" + name + "\ndata:" + json.writeValueAsString(data) + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Ends once the reader has taken what was sent. */
    synchronized void end() {
        boolean already = gone;
        gone = true;
        EventOutput opened = output;
        if (!already && opened != null) {
            opened.finish();
        }
    }
}
