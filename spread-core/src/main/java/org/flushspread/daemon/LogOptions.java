package org.flushspread.daemon;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the command line says of the log.
 *
 * @param level over EventPriority
 * @param file over EventLogFile
 * @param json one JSON object a line, for machines
 * @param rotateAt bytes from which on the file is put aside, which is done each day too; without, it grows
 */
record LogOptions(Optional<String> level, Optional<String> file, boolean json, OptionalLong rotateAt) {
    static final LogOptions DEFAULTS = new LogOptions(Optional.empty(), Optional.empty(), false, OptionalLong.empty());
}
