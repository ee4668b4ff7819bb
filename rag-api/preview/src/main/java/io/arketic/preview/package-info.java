/** Draws previews of untrusted files, in a process of its own. */
@NullMarked
package io.arketic.preview;

import org.jspecify.annotations.NullMarked;
