/** Turns the bytes of any file into structured text, and structured text into chunks. */
@NullMarked
package io.arketic.extractors;

import org.jspecify.annotations.NullMarked;
