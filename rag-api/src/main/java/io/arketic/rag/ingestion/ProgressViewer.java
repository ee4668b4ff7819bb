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

/** One reader of a stream of progress. A reader that is slow is sent the newest state only. Safe for several threads. */
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

    /** Nothing is sent before; called once. */
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

    /** What the caller sees now; {@link ProblemException} when that is nothing any more. */
    Object look() {
        return progress.apply(requireAccess());
    }

    /** Sends it, at once or once there is room, unless something newer comes first. */
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

    /** Cuts a reader off that has taken nothing of what waits for it since the last beat. */
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

    /** Says why, and ends. */
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

    /** Once the reader has taken what was sent. */
    synchronized void end() {
        boolean already = gone;
        gone = true;
        EventOutput opened = output;
        if (!already && opened != null) {
            opened.finish();
        }
    }
}
