/** Delivers messages of the features, by SMTP or into a folder. */
@NullMarked
package io.arketic.rag.mail;

import org.jspecify.annotations.NullMarked;
