/** Keys of model providers that users bring along. */
@NullMarked
package io.arketic.rag.providerkey;

import org.jspecify.annotations.NullMarked;
