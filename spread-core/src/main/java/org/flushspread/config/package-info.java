/**
 * spread.conf: its grammar, the immutable {@link org.flushspread.config.Configuration} it describes, the configuration hash that every
 * daemon packet carries, and the difference between two configurations at a reload (configuration.md).
 *
 * <p>The file is the one the C daemon reads, byte for byte; what only this daemon has is never set here. Reading gives either a whole
 * configuration that a daemon can run with, or an error with file, line, column and a hint; there is no half-read state. No sockets, no
 * name service: host names are resolved through a function the caller gives.
 */
@NullMarked
package org.flushspread.config;

import org.jspecify.annotations.NullMarked;
