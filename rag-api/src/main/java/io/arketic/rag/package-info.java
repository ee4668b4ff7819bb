/** Contains the HTTP API. A direct sub-package is a module; its public types are shared, all others are its own. */
@NullMarked
package io.arketic.rag;

import org.jspecify.annotations.NullMarked;
