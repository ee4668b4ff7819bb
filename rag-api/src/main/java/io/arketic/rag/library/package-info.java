/** Knowledge bases and their documents as callers see them: made, changed, uploaded to, linked, deleted. */
@NullMarked
package io.arketic.rag.library;

import org.jspecify.annotations.NullMarked;
