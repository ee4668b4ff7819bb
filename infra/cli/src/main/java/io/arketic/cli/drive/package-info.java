/** Manages the drive and archives of knowledge bases from the command line. */
@NullMarked
package io.arketic.cli.drive;

import org.jspecify.annotations.NullMarked;
