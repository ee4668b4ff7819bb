/** Reads presentations: PPTX and PPT. */
@NullMarked
package io.arketic.extractors.slides;

import org.jspecify.annotations.NullMarked;
