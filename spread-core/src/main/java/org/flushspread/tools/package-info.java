/**
 * The command line programs: {@code spuser}, {@code sptuser} and {@code spflooder} with the flags, commands and output lines of the C
 * programs of these names (client-protocol 10), and {@code bench}. The room {@code monitor} holds {@code spmonitor}.
 */
@NullMarked
package org.flushspread.tools;

import org.jspecify.annotations.NullMarked;
