/** Removes knowledge bases and organizations, with their objects. */
@NullMarked
package io.arketic.rag.removal;

import org.jspecify.annotations.NullMarked;
