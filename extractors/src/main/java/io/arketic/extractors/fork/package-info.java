/** Manages parser processes from the parent's side. */
@NullMarked
package io.arketic.extractors.fork;

import org.jspecify.annotations.NullMarked;
