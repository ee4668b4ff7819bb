/** Knowledge bases and their documents, from upload to what the ingest job made of them. */
@NullMarked
package io.arketic.rag.knowledge;

import org.jspecify.annotations.NullMarked;
