/** Defines the messages between a parser process and its parent. */
@NullMarked
package io.arketic.extractors.protocol;

import org.jspecify.annotations.NullMarked;
