/** Exports knowledge bases as archives, and imports them elsewhere without embedding a text. */
@NullMarked
package io.arketic.rag.portable;

import org.jspecify.annotations.NullMarked;
