/** Serves the Model Context Protocol, for assistants that search and read the knowledge bases. */
@NullMarked
package io.arketic.rag.mcp;

import org.jspecify.annotations.NullMarked;
