/** Mails that workflows send to members: stored in the commit that sends them, and delivered after it. */
@NullMarked
package io.arketic.rag.letter;

import org.jspecify.annotations.NullMarked;
