/** The HTTP API. A direct sub-package is a module; what it shares is public, all else is its own. */
@NullMarked
package io.arketic.rag;

import org.jspecify.annotations.NullMarked;
