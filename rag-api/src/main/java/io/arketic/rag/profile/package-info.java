/** Lets users see and change their own accounts, and administrators all of them. */
@NullMarked
package io.arketic.rag.profile;

import org.jspecify.annotations.NullMarked;
