/** What a parser process and its parent say to each other. */
@NullMarked
package io.arketic.extractors.protocol;

import org.jspecify.annotations.NullMarked;
