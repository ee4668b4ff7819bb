/** Changes of stored objects: merge patches, and the versions that conditional requests name. */
@NullMarked
package io.arketic.rag.patch;

import org.jspecify.annotations.NullMarked;
