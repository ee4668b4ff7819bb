/** Structured text to chunks. */
@NullMarked
package io.arketic.extractors.chunk;

import org.jspecify.annotations.NullMarked;
