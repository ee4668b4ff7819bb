/** Knowledge bases as archives: exported whole, imported elsewhere without embedding a text. */
@NullMarked
package io.arketic.rag.portable;

import org.jspecify.annotations.NullMarked;
