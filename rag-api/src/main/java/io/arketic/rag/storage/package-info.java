/** The store of originals, as the API uses it: objects, links to them, names and types of uploads. */
@NullMarked
package io.arketic.rag.storage;

import org.jspecify.annotations.NullMarked;
