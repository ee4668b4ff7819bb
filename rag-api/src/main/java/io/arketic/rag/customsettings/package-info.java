/** Checks the free settings of users and organizations by published schemas. */
@NullMarked
package io.arketic.rag.customsettings;

import org.jspecify.annotations.NullMarked;
