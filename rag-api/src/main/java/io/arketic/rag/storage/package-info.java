/** Accesses the store of originals: objects, links to them, names and types of uploads. */
@NullMarked
package io.arketic.rag.storage;

import org.jspecify.annotations.NullMarked;
