/** The console's files, as browsers get them. */
@NullMarked
package io.arketic.rag.console;

import org.jspecify.annotations.NullMarked;
