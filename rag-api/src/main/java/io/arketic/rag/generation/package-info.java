/** Manages generations of an index: reindexing, comparing, switching. */
@NullMarked
package io.arketic.rag.generation;

import org.jspecify.annotations.NullMarked;
