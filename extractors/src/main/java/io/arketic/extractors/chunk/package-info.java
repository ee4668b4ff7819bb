/** Cuts structured text into chunks. */
@NullMarked
package io.arketic.extractors.chunk;

import org.jspecify.annotations.NullMarked;
