/** Configures the encryption of columns. */
@NullMarked
package io.arketic.rag.encryption;

import org.jspecify.annotations.NullMarked;
