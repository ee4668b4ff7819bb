/** Serves the console's files to browsers. */
@NullMarked
package io.arketic.rag.console;

import org.jspecify.annotations.NullMarked;
