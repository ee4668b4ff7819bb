/** Keeps the uploaded pictures of users. */
@NullMarked
package io.arketic.rag.avatar;

import org.jspecify.annotations.NullMarked;
