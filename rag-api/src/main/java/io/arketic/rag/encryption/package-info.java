/** Encrypts columns that the database must not be able to read, with replaceable keys. */
@NullMarked
package io.arketic.rag.encryption;

import org.jspecify.annotations.NullMarked;
