/** Calls language models: their endpoints, routes and use, and the filters of their output. */
@NullMarked
package io.arketic.rag.model;

import org.jspecify.annotations.NullMarked;
