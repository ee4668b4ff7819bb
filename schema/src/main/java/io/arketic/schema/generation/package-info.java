/**
 * Manages generations of a knowledge base's index: creates them, fills them beside the live one, switches between them
 * and removes them.
 */
@NullMarked
package io.arketic.schema.generation;

import org.jspecify.annotations.NullMarked;
