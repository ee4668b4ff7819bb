/** Manages generations of a knowledge base's index. */
@NullMarked
package io.arketic.cli.reindex;

import org.jspecify.annotations.NullMarked;
