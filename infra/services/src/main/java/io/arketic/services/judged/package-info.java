/** Reads collections of questions with judged documents, and measures rankings with them. */
@NullMarked
package io.arketic.services.judged;

import org.jspecify.annotations.NullMarked;
