/** Shows what an organization's users and knowledge bases used of the models, and caps it. */
@NullMarked
package io.arketic.rag.usage;

import org.jspecify.annotations.NullMarked;
