/** Contains knowledge bases and their documents, from upload to index. */
@NullMarked
package io.arketic.rag.knowledge;

import org.jspecify.annotations.NullMarked;
