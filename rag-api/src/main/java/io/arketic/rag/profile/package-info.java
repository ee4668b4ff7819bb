/** What people see and change of their own accounts, and administrators of all. */
@NullMarked
package io.arketic.rag.profile;

import org.jspecify.annotations.NullMarked;
