/** Keys by which programs act in an organization, within the scopes that they were given. */
@NullMarked
package io.arketic.rag.apikey;

import org.jspecify.annotations.NullMarked;
