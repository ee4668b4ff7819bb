package io.arketic.rag.bulkhead;

import java.util.Locale;

/** Names the kinds of work that wait for slow services, or occupy the processors for long. */
public enum Kind {
    /** Waits for a language model, streamed or whole. */
    ANSWERS(false),
    /** Waits for a model that embeds the question, and for the database. */
    SEARCHES(true),
    /** Embeds texts of programs. */
    EMBEDDINGS(false),
    /** Compares two generations of an index with many questions. */
    COMPARISONS(true),
    /** Asks a model its first question before a generation goes live. */
    ACTIVATIONS(true),
    /** Compares the texts of two versions. */
    DIFFERENCES(true),
    /** Tries a step of a workflow, which may wait for another service. */
    TRIALS(false),
    /** Copies a folder of the drive. */
    COPIES(true),
    /** Draws previews, in processes of their own, and waits for that. */
    PREVIEWS(true),
    /** Writes into the object store. */
    UPLOADS(true),
    /** Puts the parts of an upload together, which reads and writes a large file. */
    COMPLETIONS(true),
    /** Reads from the object store, as fast as the reader takes it. */
    DOWNLOADS(true),
    /** Exports everything of an organization or an account, as fast as the reader takes it. */
    EXPORTS(false),
    /** Imports archives of knowledge bases. It reads them whole before it writes. */
    IMPORTS(true),
    /** Waits for an identity provider of the deployment. */
    SIGN_INS(true),
    /** Waits for an organization's identity provider, or for the name servers of its domain. */
    ORGANIZATION_SIGN_INS(true),
    /** Checks what an identity provider reports of sessions that ended, which may wait for its keys. */
    SIGN_OUT_REPORTS(true);

    private final boolean holdsThread;

    Kind(boolean holdsThread) {
        this.holdsThread = holdsThread;
    }

    /** Returns whether each holds one of the threads for requests. */
    boolean holdsThread() {
        return holdsThread;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
