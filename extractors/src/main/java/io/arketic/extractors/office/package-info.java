/** Contains what the readers of Office's formats share. */
@NullMarked
package io.arketic.extractors.office;

import org.jspecify.annotations.NullMarked;
