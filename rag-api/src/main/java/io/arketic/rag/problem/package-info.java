/** Defines the API's refusals: RFC 9457 problems, one stable type for each reason. */
@NullMarked
package io.arketic.rag.problem;

import org.jspecify.annotations.NullMarked;
