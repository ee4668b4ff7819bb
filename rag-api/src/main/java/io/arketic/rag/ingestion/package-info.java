/** How far the ingest is, and what is read again. */
@NullMarked
package io.arketic.rag.ingestion;

import org.jspecify.annotations.NullMarked;
