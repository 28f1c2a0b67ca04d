/**
 * The monitor's packets (monitor-protocol): status replies, partitions, flow control, reload and kill, with the checks that the C daemon
 * leaves out.
 */
@NullMarked
package org.flushspread.kernel.monitor;

import org.jspecify.annotations.NullMarked;
