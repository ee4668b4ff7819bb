/** Opens public knowledge bases to callers without an account. */
@NullMarked
package io.arketic.rag.publication;

import org.jspecify.annotations.NullMarked;
