/** How the API says no: RFC 9457 problems, one stable type per reason. */
@NullMarked
package io.arketic.rag.problem;

import org.jspecify.annotations.NullMarked;
