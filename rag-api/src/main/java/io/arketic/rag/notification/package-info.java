/** Tells users what concerns them. The database writes a notification in the commit of its occasion. */
@NullMarked
package io.arketic.rag.notification;

import org.jspecify.annotations.NullMarked;
