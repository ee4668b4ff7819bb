/** Draws previews of untrusted files in processes of their own. */
@NullMarked
package io.arketic.rag.preview;

import org.jspecify.annotations.NullMarked;
