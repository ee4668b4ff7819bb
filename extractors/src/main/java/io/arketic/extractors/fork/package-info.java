/** Parser processes, as their parent sees them. */
@NullMarked
package io.arketic.extractors.fork;

import org.jspecify.annotations.NullMarked;
