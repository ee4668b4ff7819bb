/** Changes stored objects: merge patches, and the versions of conditional requests. */
@NullMarked
package io.arketic.rag.patch;

import org.jspecify.annotations.NullMarked;
