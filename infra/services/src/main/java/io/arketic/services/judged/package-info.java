/** Collections of questions with judged documents, and what a ranking is worth by them. */
@NullMarked
package io.arketic.services.judged;

import org.jspecify.annotations.NullMarked;
