package org.flushspread.daemon;

import java.nio.file.Path;

/**
 * What a sealed ring needs (security 2).
 *
 * @param keyFile the keys, the same at all daemons
 * @param state a directory in which this daemon notes its starts, which survives the machine's
 */
public record SealOptions(Path keyFile, Path state) {}
