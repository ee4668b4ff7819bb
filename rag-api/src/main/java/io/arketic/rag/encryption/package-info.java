/** Columns that the database must not be able to read: encrypted on the way in, with keys that can be replaced. */
@NullMarked
package io.arketic.rag.encryption;

import org.jspecify.annotations.NullMarked;
