/**
 * Limits how much slow work runs at once and shares it fairly between organizations, so that fast requests are always
 * served.
 */
@NullMarked
package io.arketic.rag.bulkhead;

import org.jspecify.annotations.NullMarked;
