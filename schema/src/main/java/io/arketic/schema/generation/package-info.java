/** Generations of a knowledge base's index: begun, filled beside the live one, switched, given up. */
@NullMarked
package io.arketic.schema.generation;

import org.jspecify.annotations.NullMarked;
