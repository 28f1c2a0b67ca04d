/** Whole rings of real daemons, ours and C Spread 4.4 ones, each a process of its own, on loopback or in network namespaces. */
@NullMarked
package org.flushspread.interop;

import org.jspecify.annotations.NullMarked;
