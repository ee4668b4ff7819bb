/** Encrypts columns that the database must not be able to read, with replaceable keys. */
@NullMarked
package io.arketic.schema.encryption;

import org.jspecify.annotations.NullMarked;
