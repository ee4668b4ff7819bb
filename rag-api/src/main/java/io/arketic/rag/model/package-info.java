/** Language models: their endpoints, routes and use, and the filters of what they write. */
@NullMarked
package io.arketic.rag.model;

import org.jspecify.annotations.NullMarked;
