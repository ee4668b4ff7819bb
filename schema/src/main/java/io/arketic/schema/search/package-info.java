/** Finds chunks by their vectors and their words, in one statement. */
@NullMarked
package io.arketic.schema.search;

import org.jspecify.annotations.NullMarked;
