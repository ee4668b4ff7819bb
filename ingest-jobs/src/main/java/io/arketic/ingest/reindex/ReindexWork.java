package io.arketic.ingest.reindex;

import io.arketic.schema.generation.MissingDocument;
import java.io.Serializable;

/** Is what a reader of the reindex job does. */
public sealed interface ReindexWork extends Serializable {

    /** Adds a document to a generation that lacks it. */
    record Add(MissingDocument document) implements ReindexWork {}

    /** Marks complete generations as ready and removes chunks of cancelled ones, for as long as the job runs. */
    record Tidy() implements ReindexWork {}
}
