/** Serves knowledge bases and their documents: creates, changes, uploads, links and deletes them. */
@NullMarked
package io.arketic.rag.library;

import org.jspecify.annotations.NullMarked;
