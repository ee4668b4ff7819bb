/** Contains the drive of an organization: folders, files, their versions and their bytes. */
@NullMarked
package io.arketic.rag.document;

import org.jspecify.annotations.NullMarked;
