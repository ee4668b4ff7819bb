/** Shows the progress of the ingest, and reads files again. */
@NullMarked
package io.arketic.rag.ingestion;

import org.jspecify.annotations.NullMarked;
