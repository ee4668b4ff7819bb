/** Messages to people: composed by the features, delivered here, by SMTP or into a folder. */
@NullMarked
package io.arketic.rag.mail;

import org.jspecify.annotations.NullMarked;
