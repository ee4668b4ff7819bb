/** Manages keys of model providers that users bring along and organizations share. */
@NullMarked
package io.arketic.rag.providerkey;

import org.jspecify.annotations.NullMarked;
